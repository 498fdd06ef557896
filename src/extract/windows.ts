import type { Footer, RowGroupFooter } from '../parquet/footer.js';

/** Rows of one chunk, counted from the first row of its file. */
export interface ChunkRange {
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Neighbouring row groups of one file that are read together, and the chunks that are cut from them in memory:
 * a row group is decoded once, however small the chunks. Or a part of one large row group.
 */
export interface Window extends ChunkRange {
  /** Those that have its rows. */
  readonly rowGroups: readonly RowGroupFooter[];
  readonly constants: ReadonlyMap<string, string | null>;
  readonly chunks: readonly ChunkRange[];
  /** What is read of it, unpacked, as the footer says. */
  readonly bytes: number;
}

/** How many rows are read, and worked on, at a time. */
export interface WindowLimits {
  /** A window of several row groups, or of a part of one, has at most so many rows. */
  readonly windowRows: number;
  /** A row group of more rows is read in parts. */
  readonly groupRows: number;
  /** Bytes of a window, unpacked, by what the footer says; a row group of more is read in parts. */
  readonly windowBytes: number;
  /** A chunk has at most so many rows. */
  readonly chunkRows: number;
}

/**
 * Plans how a file is read: every row is in exactly one window and one chunk, in file order. Small row groups join
 * into one window: reading has a price of its own, whatever is read. Large ones become several: what is read is decoded
 * as a whole.
 */
export function planWindows(
  { rowGroups }: Pick<Footer, 'rowGroups'>,
  { windowRows, groupRows, windowBytes, chunkRows }: WindowLimits,
): Window[] {
  const windows: Window[] = [];
  let groups: RowGroupFooter[] = [];
  let rows = 0;
  let bytes = 0;
  const close = () => {
    const firstRow = groups[0]?.firstRow ?? 0;
    if (rows > 0) windows.push(windowOver(groups, { firstRow, rows }, bytes, chunkRows));
    groups = [];
    rows = 0;
    bytes = 0;
  };
  for (const group of rowGroups) {
    if (group.rows === 0) continue;
    const groupBytes = group.bytes > windowBytes ? bytesToRead(group) : group.bytes;
    if (rows + group.rows > windowRows || bytes + groupBytes > windowBytes) close();
    if (group.rows > Math.max(groupRows, windowRows) || groupBytes > windowBytes) {
      const rowsThatFit = Math.max(1, Math.floor((group.rows * windowBytes) / Math.max(1, groupBytes)));
      const parts = cut(group, Math.min(windowRows, rowsThatFit));
      for (const part of parts) {
        const partBytes = (groupBytes * part.rows) / group.rows;
        windows.push(windowOver([group], part, partBytes, chunkRows));
      }
      continue;
    }
    groups.push(group);
    rows += group.rows;
    bytes += groupBytes;
  }
  close();
  return windows;
}

/** Plans how some rows of a file are read, and no others: a window for each range in each row group. */
export function planWindowsOf(
  { rowGroups }: Pick<Footer, 'rowGroups'>,
  ranges: readonly ChunkRange[],
  chunkRows: number,
): Window[] {
  return ranges.flatMap((range) =>
    rowGroups.flatMap((group) => {
      const firstRow = Math.max(range.firstRow, group.firstRow);
      const rows = Math.min(range.firstRow + range.rows, group.firstRow + group.rows) - firstRow;
      const bytes = (bytesToRead(group) * rows) / group.rows;
      return rows > 0 ? [windowOver([group], { firstRow, rows }, bytes, chunkRows)] : [];
    }),
  );
}

/** Of the columns that are read alone. */
function bytesToRead({ chunks }: RowGroupFooter): number {
  return chunks.reduce((sum, { metadata }) => sum + Number(metadata.total_uncompressed_size), 0);
}

/** The row group of which a window is only a part; undefined for any other window. */
export function groupInParts({ rowGroups, rows }: Pick<Window, 'rowGroups' | 'rows'>) {
  return rowGroups.find((group) => group.rows > rows);
}

function windowOver(
  rowGroups: readonly RowGroupFooter[],
  { firstRow, rows }: ChunkRange,
  bytes: number,
  chunkRows: number,
): Window {
  return {
    firstRow,
    rows,
    bytes,
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

/** The rows of neighbouring chunks. */
export function spanOf(chunks: readonly ChunkRange[]): ChunkRange {
  return { firstRow: chunks[0]?.firstRow ?? 0, rows: chunks.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Cuts rows evenly into as few chunks as the limit allows. */
export function cut({ firstRow, rows }: ChunkRange, chunkRows: number): ChunkRange[] {
  const count = Math.ceil(rows / chunkRows);
  const start = (index: number) => Math.floor((index * rows) / count);
  return Array.from({ length: count }, (_, index) => ({
    firstRow: firstRow + start(index),
    rows: start(index + 1) - start(index),
  }));
}
