import type { SourceName } from '../sources/sources.js';
import type { StepSeconds } from './summary.js';

/** The steps of a run, in their order: each source is staged, then both are merged and published. */
export type StepName = keyof StepSeconds;

/** What a run tells whoever watches it. */
export type RunEvent =
  | { readonly type: 'started'; readonly runId: string }
  | {
      readonly type: 'chunk-started';
      readonly source: SourceName;
      /** From 1. */
      readonly chunk: number;
      readonly chunks: number;
      readonly firstRow: number;
      readonly rows: number;
    }
  | {
      /** Chunks that were reduced at once have a share each of the seconds and of the rows that came of it, by their rows. */
      readonly type: 'chunk-finished';
      readonly source: SourceName;
      /** From 1. */
      readonly chunk: number;
      readonly firstRow: number;
      readonly rowsIn: number;
      readonly rowsOut: number;
      readonly seconds: number;
      /** Resident set in MiB, before memory is given back. */
      readonly rssMb: number;
    }
  | {
      /** Chunks that an interrupted run had staged. */
      readonly type: 'resumed';
      readonly source: SourceName;
      readonly chunks: number;
      readonly of: number;
    }
  | {
      /** What an interrupted run staged is of no use. */
      readonly type: 'staging-discarded';
      readonly reason: string;
    }
  | {
      /** Rows that failed: they are tried once more (`chunk-retried`), or left out (`chunk-failed`). */
      readonly type: 'chunk-retried' | 'chunk-failed';
      readonly source: SourceName;
      readonly file: string;
      /** Within the file, from 0. */
      readonly firstRow: number;
      readonly rows: number;
      readonly reason: string;
    }
  | {
      /** Another engine cannot read a source: the rows that cannot be read are looked for, and it gets the others as copies. */
      readonly type: 'search-started';
      readonly source: SourceName;
      readonly reason: string;
    }
  | {
      /** Another engine has waited for its cluster, for a minute more; `reason` is what it said last. */
      readonly type: 'engine-waiting';
      readonly reason: string;
    }
  | {
      /** Another run is publishing into the same data root. */
      readonly type: 'waiting';
      readonly holder: string;
    }
  | {
      /** How far a step is: told as it begins, and after each part of it. */
      readonly type: 'progressed';
      readonly step: StepName;
      /** Parts that are done, and how many there are: rows of a source, tables and buckets of facts to merge, files to publish. */
      readonly done: number;
      readonly of: number;
      /** Rows that this run has gone through. */
      readonly rows: number;
    }
  | {
      readonly type: 'step-finished';
      readonly step: StepName;
      /** Rows gone through: of a source read, staged, published. */
      readonly rowsIn: number;
      /** Rows that came of it: staged, inserted or filled, published. */
      readonly rowsOut: number;
      readonly seconds: number;
      /** Resident set in MiB. */
      readonly rssMb: number;
    };

export type Observer = (event: RunEvent) => void;
