import type { FileHandle } from 'node:fs/promises';
import type { PageHeader } from 'hyparquet';
import type { ColumnChunkFooter } from './footer.js';
import { readPageHeader } from './page-header.js';

/** A page of a column chunk, which is still where it was in its file. */
export interface Page {
  readonly header: PageHeader;
  /** Where its bytes start, behind the header. */
  readonly start: number;
}

/** Finds all pages of a column chunk by their headers. Throws where they do not fill it. */
export async function findPages(
  file: FileHandle,
  { start, bytes, column }: ColumnChunkFooter,
): Promise<Page[]> {
  const pages: Page[] = [];
  const end = start + bytes;
  let offset = start;
  while (offset < end) {
    const page = await readHeader(file, offset, end);
    if (page.header.type !== 'INDEX_PAGE') pages.push(page);
    offset = page.start + page.header.compressed_page_size;
  }
  if (offset !== end) throw new RangeError(`column ${column} is cut short at byte ${end}`);
  return pages;
}

/** The bytes of a page, as they are in the file. */
export async function readPage(file: FileHandle, { header, start }: Page): Promise<Buffer> {
  const bytes = await readAt(file, start, header.compressed_page_size);
  if (bytes.length < header.compressed_page_size)
    throw new RangeError(`the file ends at byte ${start + bytes.length}, within a page`);
  return bytes;
}

/** Bytes that a page header is looked for in: hardly one takes more than a few dozen, unless it has long statistics. */
const headerBytes = [2 ** 12, 2 ** 16, 2 ** 24];

async function readHeader(file: FileHandle, offset: number, end: number): Promise<Page> {
  for (const most of headerBytes) {
    const bytes = await readAt(file, offset, Math.min(most, end - offset));
    const isAll = bytes.length < most || most === headerBytes.at(-1);
    try {
      const { header, end } = readPageHeader(bytes, 0);
      return { header, start: offset + end };
    } catch (cause) {
      if (isAll) throw cause;
    }
  }
  throw new RangeError(`the file has no page at byte ${offset}`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  // memory of its own: of a header no more is seen than was read
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
