import { type FileHandle, open } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { RowGroupCutter } from './cut-row-group.js';
import { placedAt } from './excerpt.js';
import { encodeExcerptFooter } from './excerpt-footer.js';
import type { Footer, RowGroupFooter } from './footer.js';
import { magic } from './write-footer.js';

/** Rows of a file that follow one another, and what is wanted of them. */
export interface RowsToCopy {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: readonly string[];
  /** What rows that are cut from a row group at a time may unpack to. */
  readonly mostBytes: number;
}

/** A file that is being written, and what it has until now. */
interface Copy {
  readonly from: FileHandle;
  readonly to: FileHandle;
  readonly groups: RowGroup[];
  length: number;
}

/**
 * Writes a parquet file of its own that holds some rows of another: whole row groups byte for byte, and what is wanted of others cut from
 * their pages. Gives false where they cannot be cut.
 */
export async function copyRows(
  footer: Footer,
  wanted: RowsToCopy,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  await using from = await open(footer.copy ?? footer.path, 'r');
  await using to = await open(path, 'w');
  await to.writeFile(magic);
  const copy: Copy = { from, to, groups: [], length: magic.length };
  for (const group of footer.rowGroups) {
    signal.throwIfAborted();
    const first = Math.max(group.firstRow, wanted.firstRow);
    const rows = Math.min(group.firstRow + group.rows, wanted.firstRow + wanted.rows) - first;
    if (rows <= 0) continue;
    if (rows === group.rows) await copyGroup(copy, group, wanted.columns);
    else if (!(await cutRows(copy, footer, group, { ...wanted, firstRow: first, rows }, signal)))
      return false;
  }
  const schemas = footer.schemas.filter(({ name }) => wanted.columns.includes(name));
  await to.writeFile(encodeExcerptFooter(schemas, new Set(), copy.groups));
  return true;
}

async function copyGroup(copy: Copy, { rows, chunks }: RowGroupFooter, wanted: readonly string[]) {
  const columns: RowGroup['columns'] = [];
  let bytes = 0n;
  for (const chunk of chunks.filter(({ column }) => wanted.includes(column))) {
    columns.push(placedAt(chunk, copy.length));
    await append(copy, chunk.start, chunk.bytes);
    bytes += chunk.metadata.total_uncompressed_size;
  }
  copy.groups.push({ columns, total_byte_size: bytes, num_rows: BigInt(rows) });
}

const mostAtOnce = 2 ** 20;

async function append(copy: Copy, start: number, bytes: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bytes, mostAtOnce));
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await copy.from.read(
      buffer,
      0,
      Math.min(buffer.length, bytes - done),
      start + done,
    );
    if (bytesRead === 0) throw new RangeError(`the file ends at byte ${start + done}`);
    await copy.to.writeFile(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  copy.length += bytes;
}

async function cutRows(
  copy: Copy,
  footer: Footer,
  group: RowGroupFooter,
  { firstRow, rows, columns, mostBytes }: RowsToCopy,
  signal: AbortSignal,
): Promise<boolean> {
  const cutter = await RowGroupCutter.open(footer, { group, columns });
  if (!cutter) return false;
  await cutter.skip(firstRow - group.firstRow);
  const most = Math.max(1, Math.floor((group.rows * mostBytes) / Math.max(1, group.bytes)));
  for (let left = rows; left > 0; left -= most) {
    signal.throwIfAborted();
    const { bytes, group: taken } = await cutter.take(Math.min(left, most), copy.length);
    for (const piece of bytes) {
      await copy.to.writeFile(piece);
      copy.length += piece.length;
    }
    copy.groups.push(taken);
  }
  return true;
}
