import type { Summary } from '../pipeline/summary.js';
import { describeError, exitCodeOf, printError } from './print-error.js';
import type { Session } from './session.js';

/** What came of one payer, for a program and for a person. */
export interface Outcome {
  readonly exitCode: number;
  readonly result: object;
  readonly text: string;
  /** Null where there is none: of a failure, and of a plan. */
  readonly summary: Summary | null;
}

/** A payer that was to be loaded, and what came of it. */
export interface Load {
  readonly payer: string;
  /** From its start to its end, whatever it came to. */
  readonly seconds: number;
  readonly outcome: Outcome;
}

/** Prints why a payer was not loaded; gives what came of it. */
export function failedOutcome(payer: string, thrown: unknown, session: Session): Outcome {
  printError(thrown, session);
  const result = { status: 'failed', payer, error: describeError(thrown, session.log?.file) };
  return { exitCode: exitCodeOf(thrown), result, text: '', summary: null };
}

/** What a run ends with that published but for some chunks. */
export const partialExitCode = 3;

/** A failed payer outweighs one that was published without some chunks. */
export function worstOf(loads: readonly Load[]): number {
  const codes = loads.map(({ outcome }) => outcome.exitCode);
  return codes.find((code) => code !== 0 && code !== partialExitCode) ?? Math.max(...codes);
}
