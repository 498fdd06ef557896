import type { Footer, RowGroupFooter } from '../parquet/footer.js';

/** Rows of one chunk, counted from the first row of its file. */
export interface ChunkRange {
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Neighbouring row groups of one file that are read together, and the chunks that are cut from them in memory:
 * a row group is decoded once, however small the chunks.
 */
export interface Window extends ChunkRange {
  readonly rowGroups: readonly RowGroupFooter[];
  readonly constants: ReadonlyMap<string, string | null>;
  readonly chunks: readonly ChunkRange[];
}

/**
 * Plans how a file is read: every row is in exactly one window and one chunk, in file order, and no chunk has more
 * than `chunkRows` rows. Small row groups join into one window as long as they make one chunk.
 */
export function planWindows({ rowGroups }: Pick<Footer, 'rowGroups'>, chunkRows: number): Window[] {
  const windows: Window[] = [];
  let groups: RowGroupFooter[] = [];
  let rows = 0;
  for (const group of rowGroups) {
    if (group.rows === 0) continue;
    if (rows > 0 && rows + group.rows > chunkRows) {
      windows.push(windowOver(groups, chunkRows));
      groups = [];
      rows = 0;
    }
    groups.push(group);
    rows += group.rows;
  }
  if (rows > 0) windows.push(windowOver(groups, chunkRows));
  return windows;
}

function windowOver(rowGroups: readonly RowGroupFooter[], chunkRows: number): Window {
  const firstRow = rowGroups[0]?.firstRow ?? 0;
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0);
  return {
    firstRow,
    rows,
    rowGroups,
    constants: sharedConstants(rowGroups),
    chunks: cut({ firstRow, rows }, chunkRows),
  };
}

/** The columns that hold the same one value in every group. */
function sharedConstants(groups: readonly RowGroupFooter[]): Map<string, string | null> {
  const [first, ...rest] = groups;
  const shared = [...(first?.constants ?? [])].filter(([name, value]) =>
    rest.every(({ constants }) => constants.has(name) && constants.get(name) === value),
  );
  return new Map(shared);
}

/** Cuts rows evenly into as few chunks as the limit allows. */
function cut({ firstRow, rows }: ChunkRange, chunkRows: number): ChunkRange[] {
  const count = Math.ceil(rows / chunkRows);
  const start = (index: number) => Math.floor((index * rows) / count);
  return Array.from({ length: count }, (_, index) => ({
    firstRow: firstRow + start(index),
    rows: start(index + 1) - start(index),
  }));
}
