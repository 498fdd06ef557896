import { describe, expect, it } from 'vitest';
import { echoOf, type Presentation, presentationOf, type Terminal } from '../../../src/cli/presentation.js';
import type { Settings } from '../../../src/config/settings.js';

const flags = { progress: true, quiet: false, verbose: false, color: true };
const terminal: Terminal = { isTerminal: true, isDumb: false, noColor: false };
const settings = { log_format: 'text', log_level: 'INFO' } as const;

interface Case {
  readonly given: Partial<typeof flags & Terminal & Pick<Settings, 'log_format' | 'log_level'>>;
  readonly progress: Presentation['progress'];
  readonly log: Presentation['log'];
}

describe('presentationOf', () => {
  it.each<Case>([
    { given: {}, progress: 'bar', log: null },
    { given: { isTerminal: false }, progress: 'lines', log: null },
    { given: { isDumb: true }, progress: 'lines', log: null },
    { given: { progress: false }, progress: 'none', log: null },
    { given: { quiet: true }, progress: 'none', log: null },
    { given: { log_format: 'json' }, progress: 'lines', log: { level: 'INFO', style: 'json' } },
    {
      given: { log_format: 'json', quiet: true },
      progress: 'none',
      log: { level: 'WARNING', style: 'json' },
    },
    {
      given: { log_format: 'json', quiet: true, log_level: 'ERROR' },
      progress: 'none',
      log: { level: 'ERROR', style: 'json' },
    },
    {
      given: { verbose: true, log_level: 'DEBUG' },
      progress: 'bar',
      log: { level: 'DEBUG', style: 'coloured' },
    },
    { given: { verbose: true, color: false }, progress: 'bar', log: { level: 'INFO', style: 'plain' } },
    { given: { verbose: true, noColor: true }, progress: 'bar', log: { level: 'INFO', style: 'plain' } },
    { given: { verbose: true, isDumb: true }, progress: 'lines', log: { level: 'INFO', style: 'plain' } },
    {
      given: { verbose: true, isTerminal: false },
      progress: 'lines',
      log: { level: 'INFO', style: 'plain' },
    },
  ])('of $given', ({ given, progress, log }) => {
    const all = { ...flags, ...settings, ...terminal, ...given };
    expect(presentationOf(all, all, all)).toEqual({ progress, log });
  });
});

describe('echoOf', () => {
  const line = '{"level":"WARNING","time":"2026-01-02T03:04:05.000Z","run_id":"x","rows":5,"msg":"odd"}\n';
  const printed = async (style: 'json' | 'coloured' | 'plain') => {
    const lines: string[] = [];
    const presentation: Presentation = { progress: 'none', log: { level: 'INFO', style } };
    const echo = await echoOf(presentation, (text) => lines.push(text));
    echo?.print(line);
    return lines.join('');
  };

  it('prints lines as they are, or for people, with the run id', async () => {
    expect(await printed('json')).toBe(line);
    expect(await printed('plain')).toMatch(/^\[\d\d:\d\d:\d\d\] WARNING: odd \{"run_id":"x","rows":5\}\n$/);
    expect(await printed('coloured')).toContain('\u{1b}[33mWARNING');
    expect(await echoOf({ progress: 'none', log: null }, () => {})).toBe(null);
  });

  it('prints JSON that a terminal does not obey', async () => {
    const lines: string[] = [];
    const log = { level: 'INFO', style: 'json' } as const;
    const echo = await echoOf({ progress: 'none', log }, (text) => lines.push(text));
    const entry = { msg: 'payer \u009b31m \u202egnp.exe' };
    echo?.print(`${JSON.stringify(entry)}\n`);
    expect(lines.join('')).toBe('{"msg":"payer \\u009b31m \\u202egnp.exe"}\n');
    expect(JSON.parse(lines.join(''))).toEqual(entry);
  });
});
