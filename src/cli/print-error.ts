import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { count } from '../numbers.js';
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
    const { exitCode, step, message, hint } = error;
    return {
      exit_code: exitCode,
      step,
      message: cutLongWords(message),
      hint: hint === undefined ? null : cutLongWords(hint),
    };
  }
  const log = logFile === undefined ? '' : ` and the log ${logFile}`;
  return {
    exit_code: exitCodeOf(thrown),
    step: null,
    message: `this is a bug in etl1, not in your data: ${cutLongWords(messageOf(thrown)) || 'no message'}`,
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

/** No path is this long, so what is longer says nothing more by its end. */
const longWord = /\S{4097,}/gu;

/** A value of a hundred thousand characters hides what is said of it. */
function cutLongWords(text: string): string {
  return text.replaceAll(longWord, (word) => {
    const characters = [...word];
    return `${characters.slice(0, 100).join('')}… (${count(characters.length)} characters)`;
  });
}

/** A full disk, missing rights or a limit of the system is no bug of ours, wherever it was met. */
function withCause(thrown: unknown): unknown {
  if (thrown instanceof EtlError || !isDiskTrouble(thrown)) return thrown;
  return new EtlError('output', messageOf(thrown), { step: 'running', hint: hintFor(thrown), cause: thrown });
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
