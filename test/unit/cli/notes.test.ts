import { describe, expect, it } from 'vitest';
import { logFormatAsked } from '../../../src/cli/log-format.js';
import { Notes } from '../../../src/cli/notes.js';

function record() {
  const written: string[] = [];
  const notes = new Notes({ write: (text) => written.push(text) }, () => new Date(0));
  return { written, notes };
}

const time = '1970-01-01T00:00:00.000Z';

describe('notes', () => {
  it('are lines of text', () => {
    const { written, notes } = record();
    notes.say('one', { rows: 1 });
    notes.warn('two');
    notes.fail('ERROR', 'etl1: three\n  try: four', 'three');
    expect(written.join('')).toBe('one\netl1: warning: two\netl1: three\n  try: four\n');
  });

  it('are JSON lines where those are asked for', () => {
    const { written, notes } = record();
    notes.format = 'json';
    notes.say('one', { rows: 1 });
    notes.warn('two');
    notes.fail('ERROR', 'etl1: three\n  try: four', 'three', { hint: 'four' });
    expect(written.map((line) => JSON.parse(line))).toEqual([
      { level: 'INFO', time, rows: 1, msg: 'one' },
      { level: 'WARNING', time, msg: 'two' },
      { level: 'ERROR', time, hint: 'four', msg: 'three' },
    ]);
    expect(written.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('let no text act on the terminal', () => {
    const { written, notes } = record();
    notes.say('\u001b[2J\na');
    notes.format = 'json';
    notes.say('\u009b');
    expect(written[0]).toBe('\\u001b[2J\na\n');
    expect(written[1]).toMatch(/"msg":"\\u009b"\}\n$/);
  });

  it('go above a bar, which is stopped before an error', () => {
    const { written, notes } = record();
    notes.keepBelow({
      printAbove: (text) => written.push(`above ${text}`),
      stop: () => written.push('stop'),
    });
    notes.say('one');
    notes.fail('CRITICAL', 'two', 'two');
    notes.say('three');
    notes.dropBar();
    expect(written).toEqual(['above one\n', 'stop', 'two\n', 'three\n']);
  });
});

describe('logFormatAsked', () => {
  it.each([
    [['--payer', 'a'], null],
    [['--log-format', 'json'], 'json'],
    [['--log-format=json', '--payer', 'a'], 'json'],
    [['--log-format=json', '--log-format', 'text'], 'text'],
    [['--log-format'], null],
    [['--log-format', 'xml'], null],
  ])('of %j is %s', (argv, format) => {
    expect(logFormatAsked(argv)).toBe(format);
  });
});
