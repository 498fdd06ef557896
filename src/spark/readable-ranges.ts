import type { ChunkFailure } from '../pipeline/staged-batch.js';

/** The rows of a file that are none of those that were lost, as few ranges as there can be, in order. */
export function readableRanges(
  rows: number,
  lost: readonly Pick<ChunkFailure, 'first_row' | 'rows'>[],
): { firstRow: number; rows: number }[] {
  const ranges: { firstRow: number; rows: number }[] = [];
  let firstRow = 0;
  const end = { first_row: rows, rows: 0 };
  for (const { first_row: next, rows: length } of [
    ...[...lost].sort((one, other) => one.first_row - other.first_row),
    end,
  ]) {
    if (next > firstRow) ranges.push({ firstRow, rows: next - firstRow });
    firstRow = next + length;
  }
  return ranges;
}
