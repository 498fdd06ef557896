import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeError, exitCodeOf } from '../../../src/cli/print-error.js';
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
    [[], ['run'], ['sample', 'x'], ['help', 'run'], ['--payer', 'x'], ['-h'], ['']].map((argv) => [argv]),
  )('lets %j pass', (argv) => expect(() => checkCommandWord(program, argv)).not.toThrow());

  it('stops at a word that is no command', () => {
    expect(() => checkCommandWord(program, ['sampel'])).toThrow(
      'unknown command sampel; did you mean sample?',
    );
    expect(() => checkCommandWord(program, ['frob'])).toThrow(
      expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('run, sample') }),
    );
  });
});
