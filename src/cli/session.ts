import type { RunLog } from './logs.js';

/** What is known of a command line while it runs. */
export interface Session {
  /** Whether stacks of errors are printed. */
  readonly verbose: boolean;
  exitCode: number;
  /** The log of the run that is going on, or of the last one. */
  log: RunLog | null;
  /** Aborted by the first signal that asks the program to stop. */
  readonly signal: AbortSignal;
}
