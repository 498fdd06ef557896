import type { ChunkFailure } from './staged-batch.js';

/** What became of one table. */
export interface TableSummary {
  readonly inserted: number;
  readonly filled: number;
  readonly kept: number;
  readonly removed: number;
  readonly total: number;
  readonly bytes: number;
  readonly path: string;
}

/** Seconds that each step of a run took; reading belongs to the staging of its source. */
export type StepSeconds = Record<'rates' | 'providers' | 'merge' | 'publish', number>;

/** What came of a run. Keys are part of the interface: `--output-format json` prints this object. */
export interface Summary {
  /** Unchanged: nothing was to do, and all but the counts of changes tells of the run that loaded the same before. */
  readonly status: 'published' | 'unchanged';
  readonly run_id: string;
  readonly payer: string;
  readonly state: string;
  readonly period: string;
  readonly data_root: string;
  readonly processed_rates: number;
  readonly processed_providers: number;
  /** By table, in publishing order. */
  readonly tables: Readonly<Record<string, TableSummary>>;
  /** Rejected rows by source and reason. */
  readonly rejects: Readonly<Record<'rates' | 'providers', Readonly<Record<string, number>>>>;
  /** Where rejected rows were written; null where there are none. */
  readonly rejects_folder: string | null;
  /** Rows (or groups) that were loaded but are worth a look, by reason. */
  readonly warnings: Readonly<Record<string, number>>;
  /** Rows that could not be read or reduced and were left out; the same command tries them again. */
  readonly failed_chunks: readonly ChunkFailure[];
  /** Chunks that an interrupted run had staged. */
  readonly resumed_chunks: number;
  readonly seconds: number;
  readonly steps: Readonly<StepSeconds>;
  readonly peak_rss_mb: number;
}
