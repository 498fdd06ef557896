import type { SourceName } from '../sources/sources.js';

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
      readonly type: 'chunk-finished';
      readonly source: SourceName;
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
      /** Another run is publishing into the same data root. */
      readonly type: 'waiting';
      readonly holder: string;
    }
  | {
      readonly type: 'step-finished';
      readonly step: 'merge' | 'publish';
      readonly seconds: number;
      readonly rssMb: number;
    };

export type Observer = (event: RunEvent) => void;
