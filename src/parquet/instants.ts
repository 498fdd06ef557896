import type { ColumnMetaData, PageHeader, SchemaElement } from 'hyparquet';
import { decompressorNamed } from './compression.js';
import { type EncodedPage, encodePage } from './encode-page.js';
import { levelsOf } from './levels.js';
import { hasHybridLevels, openPage, unpack } from './open-page.js';
import { readPageHeader } from './page-header.js';
import { isReference } from './page-values.js';
import type { ColumnSchema } from './schema.js';

/**
 * Instants as Spark, Hive and Impala write them: INT96, the nanoseconds of a day in eight bytes and its Julian number in four. Polars
 * counts them in nanoseconds since 1970, which come round again in 2262 and before 1677, so excerpts have them in microseconds.
 */

/** A column chunk, and what a footer says of it if it is at byte 0. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly metadata: ColumnMetaData;
}

const storedBytes = 12;
const julianDayOf1970 = 2_440_588;
const microsecondsOfDay = 86_400_000_000n;

/** Whether a column holds such instants. */
export const holdsInstants = ({ elements: [element] }: ColumnSchema): boolean => element?.type === 'INT96';

/** The schema of a column of an excerpt. */
export function withMicroseconds(schema: ColumnSchema): ColumnSchema {
  const inMicroseconds = ({ name, repetition_type: repetition }: SchemaElement): SchemaElement => ({
    ...{ name, type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
    ...(repetition && { repetition_type: repetition }),
  });
  return holdsInstants(schema) ? { ...schema, elements: schema.elements.map(inMicroseconds) } : schema;
}

/** A chunk of instants in microseconds since 1970, not packed. Throws `RangeError` where its pages make no sense. */
export function countMicroseconds({ bytes, metadata }: Chunk, schema: ColumnSchema): Chunk {
  const convert = converterOf(metadata, schema);
  const pages: EncodedPage[] = [];
  let dictionary = 0;
  for (let at = 0; at < bytes.length; ) {
    const { header, end } = readPageHeader(bytes, at);
    at = end + header.compressed_page_size;
    if (header.type === 'INDEX_PAGE') continue;
    const page = convert(header, bytes.subarray(end, at));
    if (header.type === 'DICTIONARY_PAGE') dictionary = page.bytes.length;
    pages.push(page);
  }
  const converted = Buffer.concat(pages.map((page) => page.bytes));
  const { index_page_offset: _, bloom_filter_offset: __, statistics: ___, ...kept } = metadata;
  return {
    bytes: converted,
    metadata: {
      ...kept,
      type: 'INT64',
      codec: 'UNCOMPRESSED',
      total_compressed_size: BigInt(converted.length),
      total_uncompressed_size: BigInt(converted.length),
      data_page_offset: BigInt(dictionary),
      ...(dictionary > 0 && { dictionary_page_offset: 0n }),
    },
  };
}

/** Makes the function that gives a page of a chunk in microseconds. */
function converterOf({ codec }: ColumnMetaData, schema: ColumnSchema) {
  const [levels, decompress] = [levelsOf(schema), decompressorNamed(codec)];
  if (!levels || !decompress) throw new RangeError(`instants in pages in ${codec} are not read`);
  return (header: PageHeader, bytes: Buffer): EncodedPage => {
    const { uncompressed_page_size: size, compressed_page_size: _, crc: __, ...kept } = header;
    if (header.type === 'DICTIONARY_PAGE')
      return encodePage(microsecondsOf(unpack(bytes, size, decompress)), asItIs, kept);
    if (!hasHybridLevels(header, levels))
      throw new RangeError('a page of instants has levels of an older kind');
    const { encoding, unpackValues } = openPage(header, bytes, levels, decompress);
    const { bytes: page, start } = unpackValues();
    const second = header.data_page_header_v2;
    const levelBytes = second
      ? bytes.subarray(0, second.repetition_levels_byte_length + second.definition_levels_byte_length)
      : page.subarray(0, start);
    const values = page.subarray(start);
    if (encoding !== 'PLAIN' && !isReference(encoding))
      throw new RangeError(`instants in the encoding ${encoding} are not read`);
    const counted = isReference(encoding) ? values : microsecondsOf(values);
    return encodePage(Buffer.concat([levelBytes, counted]), asItIs, {
      ...kept,
      ...(second && { data_page_header_v2: { ...second, is_compressed: false } }),
    });
  };
}

const asItIs = (page: Buffer): Buffer => page;

function microsecondsOf(values: Uint8Array): Buffer {
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  const counted = Buffer.alloc(Math.floor(values.length / storedBytes) * 8);
  for (let [from, to] = [0, 0]; to < counted.length; from += storedBytes, to += 8) {
    const day = BigInt(view.getInt32(from + 8, true) - julianDayOf1970);
    const count = day * microsecondsOfDay + view.getBigInt64(from, true) / 1000n;
    if (BigInt.asIntN(64, count) !== count)
      throw new RangeError('an instant is further away than 64 bits of microseconds reach');
    counted.writeBigInt64LE(count, to);
  }
  return counted;
}
