import { type FileHandle, open } from 'node:fs/promises';
import type { CompressionCodec, RowGroup } from 'hyparquet';
import { RowGroupCutter } from './cut-row-group.js';
import { placedAt } from './excerpt.js';
import { encodeExcerptFooter } from './excerpt-footer.js';
import type { ColumnChunkFooter, Footer, RowGroupFooter } from './footer.js';
import { repackChunk } from './repack-chunk.js';
import { magic } from './write-footer.js';

/** Rows of a file that follow one another, and what is wanted of them. */
export interface RowsToCopy {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: readonly string[];
  /** What rows that are cut from a row group at a time may unpack to. */
  readonly mostBytes: number;
  /** Whether row groups are not to stay as they are encoded, where they can be cut. */
  readonly isCut: boolean;
  /** Codecs in which pages are not to stay. */
  readonly unwanted: ReadonlySet<CompressionCodec>;
}

/** A file that is being written, and what it has until now. */
interface Copy {
  readonly from: FileHandle;
  readonly to: FileHandle;
  readonly groups: RowGroup[];
  readonly signal: AbortSignal;
  length: number;
}

/**
 * Writes a parquet file of its own that holds some rows of another: whole row groups byte for byte, but for pages in a codec that is not
 * wanted, and unless they are to be cut; what is wanted of others cut from their pages. Gives false where those cannot be cut.
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
  const copy: Copy = { from, to, groups: [], signal, length: magic.length };
  for (const group of footer.rowGroups) {
    const first = Math.max(group.firstRow, wanted.firstRow);
    const rows = Math.min(group.firstRow + group.rows, wanted.firstRow + wanted.rows) - first;
    if (rows <= 0) continue;
    const isWhole = rows === group.rows;
    const isToCut = wanted.isCut || !isWhole;
    if (isToCut && (await cutRows(copy, footer, group, { ...wanted, firstRow: first, rows }))) continue;
    if (!isWhole) return false;
    await copyGroup(copy, group, wanted);
  }
  const schemas = footer.schemas.filter(({ name }) => wanted.columns.includes(name));
  await to.writeFile(encodeExcerptFooter(schemas, new Set(), copy.groups));
  return true;
}

async function copyGroup(
  copy: Copy,
  { rows, chunks }: RowGroupFooter,
  { columns: wanted, unwanted }: RowsToCopy,
): Promise<void> {
  const columns: RowGroup['columns'] = [];
  for (const chunk of chunks.filter(({ column }) => wanted.includes(column)))
    columns.push(
      unwanted.has(chunk.metadata.codec)
        ? await repackChunk(copy.from, chunk, copy.length, (bytes) => append(copy, bytes))
        : await copyChunk(copy, chunk),
    );
  const bytes = columns.reduce((sum, { meta_data: data }) => sum + (data?.total_uncompressed_size ?? 0n), 0n);
  copy.groups.push({ columns, total_byte_size: bytes, num_rows: BigInt(rows) });
}

const mostAtOnce = 2 ** 20;

async function copyChunk(copy: Copy, chunk: ColumnChunkFooter): Promise<RowGroup['columns'][number]> {
  const { start, bytes } = chunk;
  const placed = placedAt(chunk, copy.length);
  const buffer = Buffer.allocUnsafe(Math.min(bytes, mostAtOnce));
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await copy.from.read(
      buffer,
      0,
      Math.min(buffer.length, bytes - done),
      start + done,
    );
    if (bytesRead === 0) throw new RangeError(`the file ends at byte ${start + done}`);
    await append(copy, buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  return placed;
}

async function append(copy: Copy, bytes: Buffer): Promise<void> {
  copy.signal.throwIfAborted();
  await copy.to.writeFile(bytes);
  copy.length += bytes.length;
}

async function cutRows(
  copy: Copy,
  footer: Footer,
  group: RowGroupFooter,
  { firstRow, rows, columns, mostBytes }: RowsToCopy,
): Promise<boolean> {
  const cutter = await RowGroupCutter.open(footer, { group, columns });
  if (!cutter) return false;
  await cutter.skip(firstRow - group.firstRow);
  const most = Math.max(1, Math.floor((group.rows * mostBytes) / Math.max(1, group.bytes)));
  for (let left = rows; left > 0; left -= most) {
    const { bytes, group: taken } = await cutter.take(Math.min(left, most), copy.length);
    for (const piece of bytes) await append(copy, piece);
    copy.groups.push(taken);
  }
  return true;
}
