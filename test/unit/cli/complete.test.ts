import { describe, expect, it } from 'vitest';
import { whatCompletes } from '../../../src/cli/complete.js';
import { settingFlags } from '../../../src/cli/setting-flags.js';
import { choicesOf } from '../../../src/config/choices.js';
import { settingNamed } from '../../../src/config/settings.js';
import { programToLookAt } from './program.js';

const program = programToLookAt();

/** The words that are offered, or what is to be looked for. */
function offered(...words: string[]): unknown {
  const wanted = whatCompletes(program, words);
  return wanted.kind === 'words' ? wanted.words.map(({ value }) => value) : wanted;
}

const files = { kind: 'files' };
const folders = { kind: 'folders' };

describe('whatCompletes', () => {
  it('offers every command and help at the start', () => {
    const commands = [...program.commands.map((command) => command.name()), 'help'];
    expect(offered('')).toEqual(commands);
    expect(offered()).toEqual(commands);
    expect(offered('help', '')).toEqual(commands);
    expect(offered('config', '')).toEqual(['show', 'init', 'schema', 'help']);
    expect(offered('help', 'config', '')).toEqual(['show', 'init', 'schema', 'help']);
  });

  it('offers no command after a flag, where it would be none', () => {
    expect(offered('--dry-run', '')).toEqual([]);
    expect(offered('--payer', 'aetna', '')).toEqual([]);
  });

  it('offers the flags of the command, or of the default one, and none that are hidden', () => {
    expect(offered('--')).toEqual(expect.arrayContaining(['--payer', '--chunk-size', '--version', '--help']));
    expect(offered('run', '--')).toContain('--chunk-size');
    expect(offered('--payer', 'aetna', '-')).toContain('--dry-run');
    expect(offered('sample', '--')).toContain('--seed');
    expect(offered('sample', '--')).not.toContain('--dry-run');
    expect(offered('config', 'init', '--')).toEqual(['--force', '--help']);
    expect(offered('config', '--')).toContain('--output-format');
    expect(offered('completion', '--')).toEqual(['--help']);
  });

  it.each<[string[], unknown]>([
    [
      ['--output-format', ''],
      ['summary', 'json'],
    ],
    [['--output-format=j'], ['summary', 'json']],
    [
      ['--mode', ''],
      ['upsert', 'replace'],
    ],
    [['--mode=re'], ['upsert', 'replace']],
    [
      ['--log-level', 'd'],
      ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['-c', ''], files],
    [['--config=co'], files],
    [['--rates-file', 'x'], files],
    [['config', 'init', ''], files],
    [['--data-root', ''], folders],
    [['sample', '--directory', ''], folders],
    [['--state', ''], []],
    [['--dry-run=x'], []],
    [['--nothing', ''], []],
    [['--nothing=', ''], []],
    [['sample', ''], []],
    [['runs', '20251123T093828Z-628400', ''], []],
  ])('offers after %j: %j', (words, expected) => expect(offered(...words)).toEqual(expected));

  it('has payers and runs looked for, under the flags that are typed', () => {
    expect(offered('--payer', 'ae')).toEqual({ kind: 'payers', given: {} });
    expect(offered('--payer=ae')).toEqual({ kind: 'payers', given: {} });
    expect(offered('--state', 'TX', '--data-root=x=y', '-c', 'a.yaml', '-q', '--payer', '')).toEqual({
      kind: 'payers',
      given: { state: 'TX', dataRoot: 'x=y', config: 'a.yaml', quiet: true },
    });
    expect(offered('runs', '--data-root', 'x', '')).toEqual({ kind: 'runs', given: { dataRoot: 'x' } });
    expect(offered('report', '')).toEqual({ kind: 'runs', given: {} });
  });

  it('takes the value of a flag for no command', () => {
    expect(offered('--data-root', 'sample', '--see')).not.toContain('--seed');
  });
});

describe('the choices of flags', () => {
  it('are those of their settings', () => {
    for (const { setting, choices = [] } of settingFlags)
      expect([setting, choices]).toEqual([setting, choicesOf(settingNamed(setting))]);
  });
});
