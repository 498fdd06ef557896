import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { notes } from './notes.js';
import type { Session } from './session.js';

/** Prints what went wrong on stderr: step, subject, found and expected, and what to try; a stack only if asked for. */
export function printError(thrown: unknown, { verbose, log }: Pick<Session, 'verbose' | 'log'>): void {
  const { message, ...described } = describeError(thrown, log?.file);
  const { step, hint } = described;
  const text = `etl1: ${step === null ? '' : `${step}: `}${message}${hint === null ? '' : `\n  try: ${hint}`}`;
  const stack = verbose && thrown instanceof Error ? stackOf(thrown) : null;
  notes.fail(severityOf(thrown), stack === null ? text : `${text}\n${stack}`, message, {
    ...log?.fields,
    ...described,
    ...(stack === null ? {} : { stack }),
  });
}

/** An error in words, as people read it and as `--output-format json` gives it. */
export interface DescribedError {
  readonly exit_code: number;
  readonly step: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** Describes anything thrown: what is not an EtlError is a bug of ours, and says so and which log tells more. */
export function describeError(thrown: unknown, logFile?: string): DescribedError {
  const error = withCause(thrown);
  if (error instanceof EtlError) {
    const { exitCode, step, message, hint = null } = error;
    return { exit_code: exitCode, step, message, hint };
  }
  const log = logFile === undefined ? '' : ` and the log ${logFile}`;
  return {
    exit_code: exitCodeOf(thrown),
    step: null,
    message: `this is a bug in etl1, not in your data: ${messageOf(thrown) || 'no message'}`,
    hint: `report it with the output of the same command with --verbose${log}`,
  };
}

/** What the process ends with. */
export function exitCodeOf(thrown: unknown): number {
  const error = withCause(thrown);
  return error instanceof EtlError ? error.exitCode : 1;
}

/** How bad it is: a bug is worse than what its user can mend. */
export function severityOf(thrown: unknown): 'ERROR' | 'CRITICAL' {
  return exitCodeOf(thrown) === bugExitCode ? 'CRITICAL' : 'ERROR';
}

const bugExitCode = 1;

/** A full disk, missing rights or a limit of the system is no bug of ours, wherever it was met. */
function withCause(thrown: unknown): unknown {
  if (thrown instanceof EtlError || !isDiskTrouble(thrown)) return thrown;
  return new EtlError('output', messageOf(thrown), { step: 'running', hint: hintFor(thrown), cause: thrown });
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
