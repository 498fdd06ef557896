import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { parquetMetadata } from 'hyparquet';
import { readPageHeader } from '../../../src/parquet/page-header.js';

/** Where a column's pages start in a row group of a file. */
export function pagesAt(file: string, rowGroup: number, column: string): number {
  const bytes = readFileSync(file);
  const { buffer, byteOffset, byteLength } = bytes;
  const metadata = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength));
  const chunk = metadata.row_groups[rowGroup]?.columns.find(
    ({ meta_data: found }) => found?.path_in_schema[0] === column,
  )?.meta_data;
  if (!chunk) throw new RangeError(`${file} has no ${column} in row group ${rowGroup}`);
  return Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
}

/**
 * Makes the pages of a column in one row group unreadable; the file keeps its length and, unless told otherwise, its times,
 * as a bad sector leaves it. Gives what mends it.
 */
export function corruptPages(
  file: string,
  rowGroup: number,
  column: string,
): (options?: { readonly keepTimes?: boolean }) => void {
  const good = readFileSync(file);
  const bad = Buffer.from(good);
  // no header of a page begins so
  bad.fill(0xff, pagesAt(file, rowGroup, column), pagesAt(file, rowGroup, column) + 12);
  rewrite(file, bad, true);
  return ({ keepTimes = true } = {}) => rewrite(file, good, keepTimes);
}

/** Makes what one page of a column holds unreadable, and leaves its header. */
export function corruptPage(file: string, rowGroup: number, column: string, page: number): void {
  const bytes = readFileSync(file);
  let { header, end } = readPageHeader(bytes, pagesAt(file, rowGroup, column));
  for (let left = page; left > 0; left -= 1)
    ({ header, end } = readPageHeader(bytes, end + header.compressed_page_size));
  // nothing that is packed begins so
  bytes.fill(0xff, end, end + Math.min(12, header.compressed_page_size));
  rewrite(file, bytes, true);
}

/** Makes the first data page of a column say that it has one value more than it has. */
export function miscountPage(file: string, rowGroup: number, column: string): void {
  const bytes = readFileSync(file);
  const { start } = dataPageIn(bytes, pagesAt(file, rowGroup, column));
  // a number is twice itself, its low bits first, behind the marks of a struct and of its first field
  const at = bytes.indexOf(Buffer.from([0x2c, 0x15]), start) + 2;
  bytes.writeUInt8(bytes.readUInt8(at) + 2, at);
  rewrite(file, bytes, true);
}

/** Makes the sum behind the first data page of a column, in gzip, another one. */
export function corruptSum(file: string, rowGroup: number, column: string): void {
  const bytes = readFileSync(file);
  const { header, end } = dataPageIn(bytes, pagesAt(file, rowGroup, column));
  const at = end + header.compressed_page_size - 8;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  rewrite(file, bytes, true);
}

function dataPageIn(bytes: Buffer, from: number) {
  let start = from;
  for (;;) {
    const { header, end } = readPageHeader(bytes, start);
    if (header.type !== 'DICTIONARY_PAGE') return { start, header, end };
    start = end + header.compressed_page_size;
  }
}

function rewrite(file: string, bytes: Buffer, keepTimes: boolean): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(file, bytes);
  if (keepTimes) utimesSync(file, atime, mtime);
}
