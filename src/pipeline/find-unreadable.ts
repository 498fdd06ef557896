import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceName } from '../sources/sources.js';
import { findUnneeded, type Stretch } from './find-unneeded.js';
import { makeStaging } from './make-staging.js';
import type { PlannedFile } from './plan.js';
import type { Run } from './run.js';
import { stageSource } from './stage-source.js';
import type { ChunkFailure } from './staged-batch.js';

/** What of a file cannot be read. */
export interface Unreadable {
  /** The rows that the embedded engine leaves out. */
  readonly failures: readonly ChunkFailure[];
  /** All rows, with the columns that are not to be read in them. */
  readonly stretches: readonly Stretch[];
  /** Whether all of it can be read. */
  readonly isSound: boolean;
}

/**
 * What the embedded engine would do without in a file of this machine, for another engine to do without the same: it stages the file, and what
 * is staged is dropped. Throws what the embedded engine throws, also where rows that cannot be read are to end the load.
 */
export async function findUnreadable(run: Run, source: SourceName, file: PlannedFile): Promise<Unreadable> {
  const folder = join(run.staging, 'looked-at');
  const rows = file.windows.reduce((sum, window) => sum + window.rows, 0);
  const chunks = file.windows.flatMap((window) => window.chunks).length;
  const planned = { files: [file], rows: file.rows, rowsToRead: rows, chunks };
  const retried = new Set<number>();
  try {
    const { failures } = await stageSource(source, planned, {
      ...makeStaging(run, folder),
      // whoever looks mostly knows that something is damaged
      isWary: true,
      done: new Map(),
      observe: (event) => {
        if (event.type === 'chunk-retried') retried.add(event.firstRow);
        if (event.type === 'chunk-retried' || event.type === 'chunk-failed') run.observe(event);
      },
    });
    const isRetried = ({ firstRow }: { readonly firstRow: number }) => retried.has(firstRow);
    const { stretches, isAllDecodable } = await findUnneeded(run, source, file, isRetried);
    return { failures, stretches, isSound: failures.length === 0 && isAllDecodable };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await run.memory.release();
  }
}
