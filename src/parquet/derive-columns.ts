import { type FileHandle, open } from 'node:fs/promises';
import type { ColumnChunk, ColumnMetaData, FileMetaData, RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { codecNamed } from './compression.js';
import { type Dictionary, encodeDictionary, replaceDictionary } from './dictionary.js';
import { encodePage } from './encode-page.js';
import { readChunks } from './read-chunks.js';
import { readMetadata } from './read-metadata.js';
import { encodeFooter, magic } from './write-footer.js';

/** The text of each number of a column; null throughout, or nowhere. */
export type TextByNumber = ReadonlyMap<bigint, string | null>;

/** Columns of text that follow from one of numbers. */
export interface Derivation {
  /** All columns of the file to write, in order. */
  readonly columns: readonly string[];
  /** The column of numbers, INT64. It is not written. */
  readonly from: string;
  readonly derived: ReadonlyMap<string, TextByNumber>;
}

interface Placed {
  readonly column: ColumnChunk;
  /** Its bytes, in pieces: nothing is copied to put them together. */
  readonly pieces: readonly Buffer[];
}

/**
 * Writes a parquet file with columns of text in the place of a column of numbers, on which they depend. A row group's
 * references are the same in all of them, and just the dictionaries differ: no row is encoded. Gives false where the
 * numbers are not stored as a dictionary and references to it; then what was written is of no use.
 */
export async function deriveColumns(source: string, derivation: Derivation, path: string): Promise<boolean> {
  const { metadata } = await readMetadata(source);
  const input = await open(source, 'r');
  try {
    const output = await open(path, 'w');
    try {
      return await writeDerived(metadata, input, derivation, output);
    } finally {
      await output.close();
    }
  } finally {
    await input.close();
  }
}

async function writeDerived(
  metadata: FileMetaData,
  input: FileHandle,
  derivation: Derivation,
  output: FileHandle,
): Promise<boolean> {
  // not `write`, which may write a part only
  await output.writeFile(magic);
  let offset = magic.length;
  const rowGroups: RowGroup[] = [];
  const { row_groups: groups } = metadata;
  let chunks = await readColumns(input, groups[0]);
  for (const [index, group] of groups.entries()) {
    const columns: ColumnChunk[] = [];
    const pieces: Buffer[] = [];
    for (const name of derivation.columns) {
      const placed = placeColumn(chunks, name, derivation, offset);
      if (!placed) return false;
      columns.push(placed.column);
      pieces.push(...placed.pieces);
      offset += bytesIn(placed.pieces);
    }
    [chunks] = await Promise.all([readColumns(input, groups[index + 1]), writeAll(output, pieces)]);
    rowGroups.push({ columns, total_byte_size: sizeOf(columns), num_rows: group.num_rows });
  }
  const { version, num_rows: rows } = metadata;
  const schema = schemaOf(metadata, derivation);
  await output.writeFile(encodeFooter({ version, schema, num_rows: rows, row_groups: rowGroups }));
  return true;
}

async function writeAll(output: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  const { bytesWritten } = await output.writev(pieces);
  // the system may have taken a part only
  if (bytesWritten < bytesIn(pieces)) await output.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

function bytesIn(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Bytes of a row group that is not compressed. */
function sizeOf(columns: readonly ColumnChunk[]): bigint {
  return columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n);
}

/** A derived column's element is that of a text: the first column's. */
function schemaOf({ schema: [root, ...elements] }: FileMetaData, { columns, derived }: Derivation) {
  const text = elements.find(({ type }) => type === 'BYTE_ARRAY');
  return [
    { ...root, name: root?.name ?? 'schema', num_children: columns.length },
    ...columns.flatMap((name) => {
      const element = derived.has(name) ? text : elements.find((one) => one.name === name);
      return element ? [{ ...element, name }] : [];
    }),
  ];
}

/** A column chunk of a row group, with its bloom filter, which stands elsewhere in the file. */
interface ReadColumn {
  readonly metadata: ColumnMetaData;
  readonly chunk: Buffer;
  readonly filter: Buffer;
}

/** The columns of a row group by their names; none where there is no group. */
async function readColumns(
  file: FileHandle,
  { columns }: Pick<RowGroup, 'columns'> = { columns: [] },
): Promise<Map<string, ReadColumn>> {
  const all = columns.flatMap(({ meta_data: metadata }) => metadata ?? []);
  const places = all.map((metadata) => ({
    column: metadata.path_in_schema.join('.'),
    start: startOf(metadata),
    bytes: Number(metadata.total_compressed_size),
  }));
  const filters = all.map(({ bloom_filter_offset: start, bloom_filter_length: bytes }, index) => {
    const column = `${places[index]?.column}, its filter,`;
    return start && bytes ? { column, start: Number(start), bytes } : { column, start: 0, bytes: 0 };
  });
  const read = await readChunks(file, [...places, ...filters]);
  const none = Buffer.alloc(0);
  return new Map(
    all.map((metadata, index) => {
      const [chunk = none, filter = none] = [read[index], read[all.length + index]];
      return [places[index]?.column ?? '', { metadata, chunk, filter }];
    }),
  );
}

function placeColumn(
  columns: ReadonlyMap<string, ReadColumn>,
  name: string,
  { from, derived }: Derivation,
  at: number,
): Placed | null {
  const texts = derived.get(name);
  const column = columns.get(texts ? from : name);
  if (!column) throw new RangeError(`there is no column ${texts ? from : name}`);
  if (!texts) return placeAsItIs(column, at);
  const [constant, ...others] = new Set(texts.values());
  if (constant !== undefined && others.length === 0)
    return placeConstant(name, constant, column.metadata, at);
  return placeTexts(name, texts, column, at);
}

function startOf({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): number {
  return Number(dictionary ?? data);
}

function placeAsItIs({ metadata, chunk, filter }: ReadColumn, at: number): Placed {
  const { dictionary_page_offset: dictionary } = metadata;
  const by = BigInt(at - startOf(metadata));
  const moved = {
    ...metadata,
    data_page_offset: metadata.data_page_offset + by,
    ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary + by }),
    ...(filter.length > 0 ? { bloom_filter_offset: BigInt(at + chunk.length) } : {}),
  };
  return { column: { file_offset: 0n, meta_data: moved }, pieces: [chunk, filter] };
}

function placeTexts(
  name: string,
  texts: TextByNumber,
  { chunk, metadata }: ReadColumn,
  at: number,
): Placed | null {
  const used: Buffer[] = [];
  const replaced = replaceDictionary(chunk, metadata.codec, ({ values, count }) => {
    for (let index = 0; index < count; index += 1) {
      const text = texts.get(values.readBigInt64LE(index * 8));
      if (typeof text !== 'string') return null;
      used.push(Buffer.from(text, 'utf8'));
    }
    return dictionaryOf(used);
  });
  if (!replaced) return null;
  const { bytes, dataStart, growth } = replaced;
  const [least, ...others] = [...used].sort(Buffer.compare);
  const greatest = others.at(-1) ?? least;
  const { encodings, codec, num_values: values } = metadata;
  return {
    pieces: [bytes],
    column: {
      file_offset: 0n,
      meta_data: {
        type: 'BYTE_ARRAY',
        encodings,
        path_in_schema: [name],
        codec,
        num_values: values,
        total_uncompressed_size: metadata.total_uncompressed_size + BigInt(growth),
        total_compressed_size: BigInt(bytes.length),
        dictionary_page_offset: BigInt(at),
        data_page_offset: BigInt(at + dataStart),
        statistics: {
          null_count: 0n,
          ...(least && greatest ? { min_value: least.toString(), max_value: greatest.toString() } : {}),
        },
      },
    },
  };
}

function dictionaryOf(texts: readonly Buffer[]): Dictionary {
  const parts = texts.flatMap((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return [length, text];
  });
  return { values: Buffer.concat(parts), count: texts.length };
}

/** Pages of one text throughout, or of nulls alone: runs of one level and of one reference. */
function placeConstant(
  name: string,
  text: string | null,
  { num_values: values, codec: codecName }: ColumnMetaData,
  at: number,
): Placed | null {
  const codec = codecNamed(codecName);
  if (!codec) return null;
  const rows = Number(values);
  const levels = runOf(text === null ? 0 : 1, rows);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  // references take one bit
  const references = text === null ? [] : [Buffer.from([1]), runOf(0, rows)];
  const encoding = text === null ? 'PLAIN' : 'RLE_DICTIONARY';
  const dictionary =
    text === null ? null : encodeDictionary(dictionaryOf([Buffer.from(text, 'utf8')]), codec.compress);
  const data = encodePage(Buffer.concat([length, levels, ...references]), codec.compress, {
    type: 'DATA_PAGE',
    data_page_header: {
      num_values: rows,
      encoding,
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  const pages = dictionary ? [dictionary, data] : [data];
  const pieces = pages.map(({ bytes }) => bytes);
  return {
    pieces,
    column: {
      file_offset: 0n,
      meta_data: {
        type: 'BYTE_ARRAY',
        encodings: ['PLAIN', 'RLE', ...(dictionary ? (['RLE_DICTIONARY'] as const) : [])],
        path_in_schema: [name],
        codec: codecName,
        num_values: values,
        total_uncompressed_size: BigInt(pages.reduce((sum, { size }) => sum + size, 0)),
        total_compressed_size: BigInt(bytesIn(pieces)),
        data_page_offset: BigInt(at + (dictionary?.bytes.length ?? 0)),
        ...(dictionary && { dictionary_page_offset: BigInt(at) }),
        statistics:
          text === null ? { null_count: values } : { null_count: 0n, min_value: text, max_value: text },
      },
    },
  };
}

/** A run of one number, in the hybrid encoding of levels and references. */
function runOf(number: 0 | 1, length: number): Buffer {
  const writer = new ByteWriter();
  writer.appendVarInt(length * 2);
  writer.appendUint8(number);
  return Buffer.from(writer.getBytes());
}
