import { rm } from 'node:fs/promises';
import pl, { type DataFrame } from 'nodejs-polars';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import { writeExcerpt } from '../parquet/excerpt.js';
import type { Footer } from '../parquet/footer.js';
import type { ChunkRange, Window } from './windows.js';

/** The path stands for itself; conditions over literals fail in the library on frames of several pieces. */
const scanOptions = { glob: false, hivePartitioning: false, cache: false, rechunk: true } as const;

/**
 * Reads the rows of a window lazily: the named columns only, as stored. `scratch` is a file that may be written.
 * Throws `input` where the file's data cannot be decoded, `output` where the scratch file cannot be written.
 */
export async function readWindow(
  footer: Footer,
  window: Window,
  columns: readonly string[],
  scratch: string,
): Promise<DataFrame> {
  try {
    await writeExcerpt(footer, window.rowGroups, columns, scratch);
    return await pl.scanParquet(scratch, scanOptions).collect();
  } catch (cause) {
    if (isDiskTrouble(cause)) {
      const hint = 'check the free space and the rights under the data root';
      throw new EtlError('output', `${scratch}: ${messageOf(cause)}`, { step: 'reading rows', hint, cause });
    }
    const last = window.firstRow + window.rows;
    throw new EtlError(
      'input',
      `${footer.path}: rows ${window.firstRow}-${last} cannot be read: ${messageOf(cause)}`,
      {
        step: 'reading rows',
        hint: 'the file is damaged: fetch it again from where it came',
        cause,
      },
    );
  } finally {
    await rm(scratch, { force: true });
  }
}

/** The rows of one chunk of a window's frame. Copies nothing. */
export function sliceChunk(frame: DataFrame, window: Window, chunk: ChunkRange): DataFrame {
  if (chunk.rows === window.rows) return frame;
  return frame.slice(chunk.firstRow - window.firstRow, chunk.rows);
}

function isDiskTrouble(cause: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(systemCodeOf(cause) ?? '');
}
