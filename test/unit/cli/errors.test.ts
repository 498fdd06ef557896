import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeError, exitCodeOf, severityOf } from '../../../src/cli/print-error.js';
import { hintForSetting } from '../../../src/cli/setting-hint.js';
import { checkCommandWord, usageErrorOf } from '../../../src/cli/usage-error.js';
import { type ErrorKind, EtlError } from '../../../src/errors.js';

describe('describeError', () => {
  it.each<[ErrorKind, number]>([
    ['bug', 1],
    ['usage', 64],
    ['data', 65],
    ['input', 66],
    ['output', 73],
    ['config', 78],
  ])('gives %s the code %i', (kind, code) => {
    const error = new EtlError(kind, 'what', { step: 'where', hint: 'how' });
    expect(exitCodeOf(error)).toBe(code);
    expect(describeError(error, 'x.log')).toEqual({
      exit_code: code,
      step: 'where',
      message: 'what',
      hint: 'how',
    });
  });

  it('does without a hint', () => {
    expect(describeError(new EtlError('data', 'what', { step: 'where' })).hint).toBe(null);
  });

  it('cuts words that are longer than any path, and no other', () => {
    const long = '😀'.repeat(5_000);
    const path = `/${'x'.repeat(4_094)}`;
    const error = new EtlError('output', `${path}: no (${long})`, { step: 'where', hint: `not ${long}` });
    const start = '😀'.repeat(99);
    expect(describeError(error)).toMatchObject({
      message: `${path}: no (${start}… (5,002 characters)`,
      hint: `not ${start}😀… (5,000 characters)`,
    });
    expect(describeError(new TypeError(long)).message.length).toBeLessThan(300);
  });

  it.each([
    [new TypeError('x is\n  not y'), 'x is not y'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [new Error(''), 'no message'],
  ])('calls anything else a bug of ours, on one line, and names the log', (thrown, message) => {
    expect(exitCodeOf(thrown)).toBe(1);
    expect(describeError(thrown, 'logs/x.log')).toEqual({
      exit_code: 1,
      step: null,
      message: `this is a bug in etl1, not in your data: ${message}`,
      hint: 'report it with the output of the same command with --verbose and the log logs/x.log',
    });
    expect(describeError(thrown).hint).toBe('report it with the output of the same command with --verbose');
  });
});

describe('severityOf', () => {
  it('tells a bug from what a user can mend', () => {
    expect(severityOf(new TypeError('x'))).toBe('CRITICAL');
    expect(severityOf(new EtlError('data', 'x', { step: 'y' }))).toBe('ERROR');
  });
});

describe('usageErrorOf', () => {
  it.each([
    ["error: unknown option '--frob'", 'unknown option --frob'],
    [
      "error: unknown option '--payr'\n(Did you mean --payer?)",
      'unknown option --payr; did you mean --payer?',
    ],
    ["error: option '--payer <name>' argument missing", '--payer: expected a value; found none'],
    [
      "error: option '-c, --config <file>' argument '' is invalid. expected a file",
      '--config: expected a file; found ""',
    ],
    [
      "error: option '--output-format <format>' argument 'x' is invalid. Allowed choices are summary, json.",
      '--output-format: expected one of summary, json; found "x"',
    ],
    [
      "error: option '--output-format <format>' argument 'jsn' is invalid. Allowed choices are summary, json.",
      '--output-format: expected one of summary, json; found "jsn"; did you mean json?',
    ],
    ["error: missing required argument 'shell'", '<shell>: expected a value; found none'],
    [
      "error: command-argument value 'bsh' is invalid for argument 'shell'. Allowed choices are bash, zsh.",
      '<shell>: expected one of bash, zsh; found "bsh"; did you mean bash?',
    ],
    [
      "error: command-argument value '' is invalid for argument 'file'. expected a file",
      '<file>: expected a file; found ""',
    ],
    ['error: something new', 'something new'],
  ])('puts %j in our words', (said, message) => {
    expect(usageErrorOf(new CommanderError(1, 'code', said))).toMatchObject({
      kind: 'usage',
      step: 'reading the command line',
      message,
      hint: expect.stringContaining('etl1 --help'),
    });
  });
});

describe('checkCommandWord', () => {
  const program = new Command();
  program.command('run');
  program.command('sample');

  it.each(
    [
      [],
      ['run'],
      ['sample', 'x'],
      ['help'],
      ['help', 'run'],
      ['help', 'help'],
      ['--payer', 'x'],
      ['-h'],
      [''],
    ].map((argv) => [argv]),
  )('lets %j pass', (argv) => expect(() => checkCommandWord(program, argv)).not.toThrow());

  it('stops at a word that is no command', () => {
    expect(() => checkCommandWord(program, ['sampel'])).toThrow(
      'unknown command sampel; did you mean sample?',
    );
    expect(() => checkCommandWord(program, ['help', 'sampel'])).toThrow('did you mean sample?');
    expect(() => checkCommandWord(program, ['frob'])).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('run, sample') }),
    );
  });
});

describe('hintForSetting', () => {
  it.each([
    ["error: unknown option '--dims-dir'", 'set ETL1_DIMS_DIR, or `dims_dir:` in the configuration file'],
    ["error: unknown option '--max_reject_ratio=1'", expect.stringContaining('ETL1_MAX_REJECT_RATIO')],
    ["error: unknown option '--payer-slug-override'", 'the flag of payer_slug_override is --payer-slug'],
    // a flag of other commands
    ["error: unknown option '--chunk-size'", undefined],
    ["error: unknown option '--frob'", undefined],
    ["error: option '--data-root <dir>' argument missing", undefined],
  ])('of %j', (message, hint) => expect(hintForSetting(message)).toEqual(hint));
});
