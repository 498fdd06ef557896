import { EtlError, messageOf } from '../errors.js';

/** Prints what went wrong on stderr: step, subject, found and expected, and what to try; a stack only if asked for. */
export function printError(thrown: unknown, withStack: boolean): void {
  process.stderr.write(`${describeError(thrown)}\n`);
  if (withStack && thrown instanceof Error) process.stderr.write(`${stackOf(thrown)}\n`);
}

/** The message for a person, of one or two lines. */
export function describeError(thrown: unknown): string {
  if (thrown instanceof EtlError) {
    const hint = thrown.hint ? `\n  try: ${thrown.hint}` : '';
    return `etl1: ${thrown.step}: ${thrown.message}${hint}`;
  }
  return `etl1: a bug in etl1: ${messageOf(thrown)}\n  please report it with the log file and the output of the same command with --verbose`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
