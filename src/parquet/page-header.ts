import type { PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { ThriftCursor } from './thrift.js';

/**
 * Reads the page header at an offset, and tells where it ends. Throws where it is cut short or makes no sense: the library
 * takes some lengths for negative ones, and whoever goes from page to page by them would never arrive.
 */
export function readPageHeader(bytes: Uint8Array, offset: number): { header: PageHeader; end: number } {
  new ThriftCursor(bytes, offset).skipStruct();
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset };
  const header = parquetHeader(reader);
  const sizes = [header.compressed_page_size, header.uncompressed_page_size];
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0))
    throw new RangeError(`a page at byte ${offset} says that it has ${sizes.join(' and ')} bytes`);
  return { header, end: reader.offset };
}
