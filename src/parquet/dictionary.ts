import type { CompressionCodec, PageHeader } from 'hyparquet';
import { type Codec, codecNamed } from './compression.js';
import { type EncodedPage, encodePage } from './encode-page.js';
import { readPageHeader } from './page-header.js';
import { isReference } from './page-values.js';

/** The values of a dictionary, as its page has them: one behind the other. */
export interface Dictionary {
  readonly values: Buffer;
  readonly count: number;
}

/** A column chunk under another dictionary. */
export interface Redefined {
  readonly bytes: Buffer;
  /** Where the data pages start. */
  readonly dataStart: number;
  /** By how many bytes it has grown, not compressed. */
  readonly growth: number;
}

/** A dictionary beyond this is no dictionary any more. */
export const mostDictionaryBytes = 2 ** 26;

/**
 * Puts another dictionary in the place of a column chunk's. Data pages hold numbers of dictionary entries, and stay as
 * they are: every row gets its new value although no row is looked at. Null where the chunk is not made of a dictionary
 * and references to it alone, its codec is none that can be written, or `replace` gives nothing.
 */
export function replaceDictionary(
  chunk: Buffer,
  codecName: CompressionCodec,
  replace: (dictionary: Dictionary) => Dictionary | null,
): Redefined | null {
  const codec = codecNamed(codecName);
  if (!codec) return null;
  const { header, end } = readPageHeader(chunk, 0);
  const dataStart = end + header.compressed_page_size;
  const isDictionary =
    header.type === 'DICTIONARY_PAGE' && header.uncompressed_page_size <= mostDictionaryBytes;
  if (!isDictionary || !refersToDictionary(chunk, dataStart)) return null;
  const values = codec.decompress(chunk.subarray(end, dataStart), header.uncompressed_page_size);
  const replaced = replace({
    values: Buffer.from(values.buffer, values.byteOffset, values.length),
    count: header.dictionary_page_header?.num_values ?? 0,
  });
  if (!replaced) return null;
  const { bytes, size } = encodeDictionary(replaced, codec.compress);
  return {
    bytes: Buffer.concat([bytes, chunk.subarray(dataStart)]),
    dataStart: bytes.length,
    growth: size - end - header.uncompressed_page_size,
  };
}

/** Whether all pages from `start` on are data pages of references: a writer may give up its dictionary midway. */
function refersToDictionary(chunk: Buffer, start: number): boolean {
  let at = start;
  while (at < chunk.length) {
    const { header, end } = readPageHeader(chunk, at);
    if (!refersOnly(header)) return false;
    at = end + header.compressed_page_size;
  }
  return at === chunk.length;
}

/** Whether a page is a data page of references. */
export function refersOnly({ data_page_header: first, data_page_header_v2: second }: PageHeader): boolean {
  return isReference((first ?? second)?.encoding);
}

/** A dictionary page with its header. */
export function encodeDictionary({ values, count }: Dictionary, compress: Codec['compress']): EncodedPage {
  return encodePage(values, compress, {
    type: 'DICTIONARY_PAGE',
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
}
