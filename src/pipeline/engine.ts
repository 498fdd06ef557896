import type { Merged } from '../load/merge.js';
import type { Output } from '../load/merge-table.js';
import type { RejectExample } from '../load/survey.js';
import type { SourceName } from '../sources/sources.js';
import type { Dataset } from './dataset.js';
import type { Run } from './run.js';
import type { ChunkFailure } from './staged-batch.js';

/**
 * What does the work of a run: it stages the inputs, and writes the outputs that change beside their places. Locks, checks,
 * publishing and the record of the run are the same whichever it is.
 */
export interface Engine {
  /** Stages both sources. `isWary` says that a run before ended in the middle. */
  readonly stage: (run: Run, isWary: boolean) => Promise<StagedLoad>;
}

/** What a source came to when it was staged. */
export interface StagedCounts {
  /** Rows that were rejected, by reason. */
  readonly rejects: Readonly<Record<string, number>>;
  /** Rows that are unusual, by reason; also those of which there are none. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Rows that were left out. */
  readonly failures: readonly ChunkFailure[];
  /** Rows of all that is staged. */
  readonly stagedRows: number;
  /** Chunks that an interrupted run had staged. */
  readonly resumedChunks: number;
}

export type StagedSources = Readonly<Record<SourceName, StagedCounts>>;

/** Both sources, staged. */
export interface StagedLoad extends AsyncDisposable {
  readonly sources: StagedSources;
  /** Versions of what it is done with, beside those of every run. */
  readonly versions: Readonly<Record<string, string>>;
  /** Writes the rejected rows of a source, of which there are some, as one parquet file. */
  readonly copyRejects: (source: SourceName, path: string) => Promise<void>;
  /** A rejected row for each reason, from such a file. */
  readonly findRejects: (source: SourceName, path: string) => Promise<Record<string, RejectExample>>;
  /** Merges what is staged into the outputs; those that change wait beside their places. */
  readonly merge: (outputs: readonly Output[], dataset: Dataset | null) => Promise<Merged>;
}
