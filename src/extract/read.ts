import pl, { type DataFrame } from 'nodejs-polars';
import { EtlError, messageOf } from '../errors.js';
import type { ChunkRange, Window } from './windows.js';

/**
 * Reads the rows of a window lazily: the named columns only, as stored.
 * Throws `input` where the file's data cannot be decoded.
 */
export async function readWindow(
  path: string,
  window: Window,
  columns: readonly string[],
): Promise<DataFrame> {
  try {
    return await pl
      .scanParquet(path, { glob: false, hivePartitioning: false, cache: false })
      .slice(window.firstRow, window.rows)
      .select(...columns)
      .collect();
  } catch (cause) {
    const last = window.firstRow + window.rows;
    throw new EtlError(
      'input',
      `${path}: rows ${window.firstRow}-${last} cannot be read: ${messageOf(cause)}`,
      {
        step: 'reading rows',
        hint: 'the file is damaged: fetch it again from where it came',
        cause,
      },
    );
  }
}

/** The rows of one chunk of a window's frame. Copies nothing. */
export function sliceChunk(frame: DataFrame, window: Window, chunk: ChunkRange): DataFrame {
  if (chunk.rows === window.rows) return frame;
  return frame.slice(chunk.firstRow - window.firstRow, chunk.rows);
}
