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
      readonly type: 'step-finished';
      readonly step: 'merge' | 'publish';
      readonly seconds: number;
      readonly rssMb: number;
    };

export type Observer = (event: RunEvent) => void;
