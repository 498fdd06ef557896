import type { PageHeader } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { Codec } from './compression.js';

/** A page with its header. */
export interface EncodedPage {
  readonly bytes: Buffer;
  /** Bytes it would have if it were not compressed. */
  readonly size: number;
}

type Sizes = Pick<PageHeader, 'uncompressed_page_size' | 'compressed_page_size'>;

/** Compresses a page and puts its header in front. */
export function encodePage(
  page: Buffer,
  compress: Codec['compress'],
  header: Omit<PageHeader, keyof Sizes>,
): EncodedPage {
  const compressed = compress(page);
  const writer = new ByteWriter();
  const sizes: Sizes = { uncompressed_page_size: page.length, compressed_page_size: compressed.length };
  writePageHeader(writer, { ...header, ...sizes });
  return { bytes: Buffer.concat([writer.getBytes(), compressed]), size: writer.offset + page.length };
}
