import { type ChunkRange, spanOf, type Window } from '../extract/windows.js';

/** A chunk, and its number within the source, from 1. */
export interface NumberedChunk extends ChunkRange {
  readonly number: number;
}

/** Chunks of a window that are staged together, under the number of the first of them. */
export interface Batch extends ChunkRange {
  /** Number of its first chunk within the source, from 1. */
  readonly firstChunk: number;
  readonly chunks: readonly NumberedChunk[];
}

/** Rows whose chunks are staged together, if a window has as many: small files cost as much to write as to read. */
const batchRows = 500_000;

/** Cuts a window's chunks into batches, in order. */
export function batchesOf({ chunks }: Pick<Window, 'chunks'>, firstChunk: number): Batch[] {
  const numbered = chunks.map((chunk, index) => ({ ...chunk, number: firstChunk + index }));
  return neighbours(numbered, batchRows).map((own) => ({
    firstChunk: own[0]?.number ?? firstChunk,
    chunks: own,
    ...spanOf(own),
  }));
}

/** Neighbours that have some so many rows together, one at least; chunks of a window are all of a size. */
export function neighbours<T extends ChunkRange>(chunks: readonly T[], rows: number): T[][] {
  const size = Math.max(1, Math.floor(rows / (chunks[0]?.rows ?? 1)));
  const starts = chunks.flatMap((_, index) => (index % size === 0 ? index : []));
  return starts.map((start) => chunks.slice(start, start + size));
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
