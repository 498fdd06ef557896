import type { Footer, RowGroupFooter } from './footer.js';

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
  readonly constants: ReadonlyMap<string, string>;
  readonly chunks: readonly ChunkRange[];
}

/** Rows read together at least, where a file has that many: fewer would parse its footer too often. */
const windowRows = 500_000;

/** Plans how a file is read: every row is in exactly one window and one chunk, in file order. */
export function planWindows(footer: Footer, chunkRows: number): Window[] {
  const windows: Window[] = [];
  let groups: RowGroupFooter[] = [];
  let rows = 0;
  for (const group of footer.rowGroups) {
    groups.push(group);
    rows += group.rows;
    if (rows < Math.max(windowRows, chunkRows)) continue;
    windows.push(windowOver(groups, chunkRows));
    groups = [];
    rows = 0;
  }
  if (rows > 0) windows.push(windowOver(groups, chunkRows));
  return windows;
}

function windowOver(groups: readonly RowGroupFooter[], chunkRows: number): Window {
  const firstRow = groups[0]?.firstRow ?? 0;
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return { firstRow, rows, constants: sharedConstants(groups), chunks: cut({ firstRow, rows }, chunkRows) };
}

/** The columns that hold the same one value in every group. */
function sharedConstants(groups: readonly RowGroupFooter[]): Map<string, string> {
  const [first, ...rest] = groups;
  const shared = [...(first?.constants ?? [])].filter(([name, value]) =>
    rest.every((group) => group.constants.get(name) === value),
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
