import { describe, expect, it } from 'vitest';
import {
  type ErrorKind,
  EtlError,
  hintFor,
  isDiskTrouble,
  kindOfExit,
  messageOf,
  systemCodeOf,
} from '../../../src/errors.js';

describe('EtlError', () => {
  it.each<[ErrorKind, number]>([
    ['bug', 1],
    ['usage', 64],
    ['data', 65],
    ['input', 66],
    ['output', 73],
    ['config', 78],
  ])('ends a command for %s with %i', (kind, exitCode) => {
    expect(new EtlError(kind, 'no', { step: 'testing' }).exitCode).toBe(exitCode);
  });

  it.each<[number, ErrorKind]>([
    [66, 'input'],
    [143, 'terminated'],
    [0, 'bug'],
    [139, 'bug'],
  ])('is told by an exit code of %i to be %s', (exitCode, kind) => {
    expect(kindOfExit(exitCode)).toBe(kind);
  });

  it('carries what failed, what to try and why', () => {
    const cause = new Error('deep');
    const error = new EtlError('data', 'a is b', { step: 'testing', hint: 'try c', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'EtlError',
      message: 'a is b',
      step: 'testing',
      hint: 'try c',
      cause,
    });
  });

  it('has no cause and no hint that it was not given', () => {
    const error = new EtlError('data', 'a', { step: 'testing' });
    expect(Object.hasOwn(error, 'cause')).toBe(false);
    expect(error.hint).toBeUndefined();
  });
});

describe('messageOf', () => {
  it.each([
    [new Error(' a\n  b\tc '), 'a b c'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [7, '7'],
    [null, 'null'],
  ])('makes one line of what was thrown (%o)', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe('systemCodeOf', () => {
  it('is the code of a system call that failed, where there is one', () => {
    expect(systemCodeOf(Object.assign(new Error('a'), { code: 'ENOENT' }))).toBe('ENOENT');
    expect(systemCodeOf(Object.assign(new Error('a'), { code: 7 }))).toBeUndefined();
    expect(systemCodeOf(new Error('a'))).toBeUndefined();
    expect(systemCodeOf({ code: 'ENOENT' })).toBeUndefined();
  });
});

describe('isDiskTrouble', () => {
  it.each(['ENOSPC', 'ENOTCONN', 'ESTALE'])('knows %s', (code) => {
    expect(isDiskTrouble(Object.assign(new Error('a'), { code }))).toBe(true);
  });

  it.each(['IO Error: Transport endpoint is not connected', 'read: Stale file handle (os error 116)'])(
    'knows what a library says: %s',
    (message) => {
      expect(isDiskTrouble(new Error(message))).toBe(true);
      expect(hintFor(new Error(message))).toMatch(/^mount the file system again/);
    },
  );

  it('is nothing else', () => {
    expect(isDiskTrouble(Object.assign(new Error('a'), { code: 'ENOENT' }))).toBe(false);
  });
});
