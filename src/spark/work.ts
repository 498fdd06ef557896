import type { Run } from '../pipeline/run.js';
import type { LoadScript } from '../warehouse/load-script.js';
import type { Statements } from './session.js';

/** What sources are staged with. */
export interface Work {
  readonly run: Run;
  readonly session: Statements;
  readonly script: LoadScript;
  /** Where Spark reads and writes what is needed only while the run lasts. */
  readonly scratch: string;
}
