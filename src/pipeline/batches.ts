import type { ChunkRange, Window } from '../extract/windows.js';

/** Chunks of a window that are staged together, under the number of the first of them. */
export interface Batch extends ChunkRange {
  /** Number of its first chunk within the source, from 1. */
  readonly firstChunk: number;
  readonly chunks: readonly ChunkRange[];
}

/** Rows whose chunks are staged together, if a window has as many: small files cost as much to write as to read. */
const batchRows = 500_000;

/** Cuts a window's chunks into batches, in order. */
export function batchesOf({ chunks }: Pick<Window, 'chunks'>, firstChunk: number): Batch[] {
  const size = Math.max(1, Math.floor(batchRows / (chunks[0]?.rows ?? 1)));
  const starts = chunks.flatMap((_, index) => (index % size === 0 ? index : []));
  return starts.map((start) => {
    const own = chunks.slice(start, start + size);
    const rows = own.reduce((sum, chunk) => sum + chunk.rows, 0);
    return { firstChunk: firstChunk + start, chunks: own, firstRow: own[0]?.firstRow ?? 0, rows };
  });
}

/**
 * What of a batch is tried again by itself, where the batch as a whole failed: row group by row group, and of a row group that is
 * larger than half of the batch one half after the other.
 */
export function smallerPieces(
  { firstRow, rows }: ChunkRange,
  rowGroups: readonly ChunkRange[],
): ChunkRange[] {
  const most = Math.max(1, Math.ceil(rows / 2));
  return rowGroups.flatMap((group) => {
    const start = Math.max(group.firstRow, firstRow);
    const end = Math.min(group.firstRow + group.rows, firstRow + rows);
    const count = Math.ceil(Math.max(0, end - start) / most);
    const cutAt = (index: number) => start + Math.floor((index * (end - start)) / count);
    return Array.from({ length: count }, (_, index) => ({
      firstRow: cutAt(index),
      rows: cutAt(index + 1) - cutAt(index),
    }));
  });
}
