import type { Stretch } from '../pipeline/find-unneeded.js';
import type { ChunkFailure } from '../pipeline/staged-batch.js';

/** What is left of the stretches of a file without the rows that were lost, in order. */
export function readableRanges(
  stretches: readonly Stretch[],
  lost: readonly Pick<ChunkFailure, 'first_row' | 'rows'>[],
): Stretch[] {
  const inOrder = [...lost].sort((one, other) => one.first_row - other.first_row);
  return stretches.flatMap(({ firstRow, rows, constants }) => {
    const end = firstRow + rows;
    const ranges: Stretch[] = [];
    let start = firstRow;
    for (const { first_row: next, rows: length } of [...inOrder, { first_row: end, rows: 0 }]) {
      const stop = Math.min(next, end);
      if (stop > start) ranges.push({ firstRow: start, rows: stop - start, constants });
      start = Math.max(start, next + length);
    }
    return ranges;
  });
}
