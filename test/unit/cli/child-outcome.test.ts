import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../src/cli/child-outcome.js';
import { summary } from './summary.js';

const error = { exit_code: 66, step: 'looking for inputs', message: 'no rates file', hint: null };

function ended(exitCode: number | null, printed: unknown, signal: NodeJS.Signals | null = null) {
  const stdout = typeof printed === 'string' ? printed : JSON.stringify(printed);
  return () => outcomeOf('uhc', { stdout, exitCode, signal }, ({ status }) => `text of ${status}`);
}

describe('outcomeOf', () => {
  it.each([
    { exitCode: 0, printed: summary },
    { exitCode: 3, printed: summary },
    { exitCode: 0, printed: { ...summary, status: 'unchanged' } },
  ])('reads what was loaded: case %#', ({ exitCode, printed }) => {
    const text = `text of ${printed.status}`;
    expect(ended(exitCode, printed)()).toEqual({ exitCode, result: printed, text, summary: printed });
  });

  it('reads a failure, and says whose it is also where the process did not get so far', () => {
    for (const payer of [{ payer: 'uhc' }, {}]) {
      expect(ended(66, { status: 'failed', ...payer, error })()).toEqual({
        ...{ exitCode: 66, text: '', summary: null },
        result: { status: 'failed', payer: 'uhc', error },
      });
    }
  });

  it.each([
    { exitCode: 1, kind: 'bug' },
    { exitCode: 73, kind: 'output' },
    { exitCode: 0, kind: 'bug' },
    { exitCode: 139, kind: 'bug' },
  ])('says that there is no result: case %#', ({ exitCode, kind }) => {
    for (const printed of ['', '{"status":', { status: 'failed' }, { ...summary, balance: 1 }])
      expect(ended(exitCode, printed)).toThrow(
        expect.objectContaining({
          kind,
          message: `the process that loaded payer uhc ended with exit code ${exitCode} and no result`,
          hint: expect.stringContaining('`etl1 --payer uhc --verbose`'),
        }),
      );
  });

  it('says which signal ended it, whatever it had printed, and what to do', () => {
    expect(ended(null, summary, 'SIGKILL')).toThrow(
      expect.objectContaining({
        kind: 'output',
        message: 'the process that loaded payer uhc was ended by SIGKILL',
        hint: expect.stringContaining('fewer `--jobs`'),
      }),
    );
  });

  it.each([
    [130, null, 'interrupted'],
    [143, null, 'terminated'],
    [null, 'SIGINT', 'interrupted'],
    [null, 'SIGHUP', 'hung-up'],
  ] as const)('takes %s %s for a run that was stopped at once', (exitCode, signal, kind) => {
    expect(ended(exitCode, '', signal)).toThrow(
      expect.objectContaining({ kind, message: 'the run of payer uhc was stopped at once' }),
    );
  });
});
