import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceName } from '../sources/sources.js';
import { makeStaging } from './make-staging.js';
import type { PlannedFile } from './plan.js';
import type { Run } from './run.js';
import { stageSource } from './stage-source.js';
import type { ChunkFailure } from './staged-batch.js';

/**
 * The rows of a file of this machine that the embedded engine would leave out, for another engine to leave out the same: it stages the file,
 * and what is staged is dropped. Throws what the embedded engine throws, also where rows that cannot be read are to end the load.
 */
export async function findUnreadable(
  run: Run,
  source: SourceName,
  file: PlannedFile,
): Promise<readonly ChunkFailure[]> {
  const folder = join(run.staging, 'looked-at');
  const rows = file.windows.reduce((sum, window) => sum + window.rows, 0);
  const chunks = file.windows.flatMap((window) => window.chunks).length;
  const planned = { files: [file], rows: file.rows, rowsToRead: rows, chunks };
  try {
    const { failures } = await stageSource(source, planned, {
      ...makeStaging(run, folder),
      // whoever looks knows that something is damaged
      isWary: true,
      done: new Map(),
      observe: (event) => {
        if (event.type === 'chunk-retried' || event.type === 'chunk-failed') run.observe(event);
      },
    });
    return failures;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await run.memory.release();
  }
}
