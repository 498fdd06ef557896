import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { CompressionCodec, FileMetaData, PageHeader, ParquetType, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

/** A column that holds one value in every row. */
export interface BombColumn {
  readonly name: string;
  readonly value: string | number | Buffer;
}

/**
 * Writes a file of one row group whose columns each say one value in so many rows, in a few bytes: runs of parquet's
 * hybrid encoding over a dictionary of one.
 */
export function writeRunsBomb(file: string, rows: number, columns: readonly BombColumn[]): void {
  const writer = new FileWriter(rows);
  for (const column of columns) {
    const run = varint(rows * 2);
    const levels = Buffer.concat([run, Buffer.from([1])]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(levels.length);
    // of a width of one bit, a run of the first entry
    const indices = Buffer.concat([Buffer.from([1]), run, Buffer.from([0])]);
    writer.add(column, plain(column.value), Buffer.concat([length, levels, indices]), 'UNCOMPRESSED');
  }
  writeFileSync(file, writer.end());
}

/** Writes a file of one row whose values in some columns are small when compressed alone. */
export function writePagesBomb(file: string, columns: readonly BombColumn[]): void {
  const writer = new FileWriter(1);
  const page = Buffer.from([2, 0, 0, 0, 2, 1, 1, 2, 0]);
  for (const column of columns) writer.add(column, plain(column.value), page, 'BROTLI');
  writeFileSync(file, writer.end());
}

class FileWriter {
  readonly #rows: number;
  readonly #parts: Buffer[] = [Buffer.from('PAR1')];
  readonly #schema: SchemaElement[] = [{ name: 'root', num_children: 0 }];
  readonly #chunks: FileMetaData['row_groups'][number]['columns'] = [];
  #offset = 4;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Adds a column: a dictionary of one value, and a page that refers to it. */
  add({ name, value }: BombColumn, dictionary: Buffer, page: Buffer, codec: CompressionCodec): void {
    const type: ParquetType = typeof value === 'number' ? 'DOUBLE' : 'BYTE_ARRAY';
    const start = this.#offset;
    let size = this.#write(dictionary, codec, {
      type: 'DICTIONARY_PAGE',
      dictionary_page_header: { num_values: 1, encoding: 'PLAIN' },
    });
    const dataStart = this.#offset;
    size += this.#write(page, codec, {
      type: 'DATA_PAGE',
      data_page_header: {
        num_values: this.#rows,
        encoding: 'RLE_DICTIONARY',
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    });
    const text = type === 'BYTE_ARRAY' ? { converted_type: 'UTF8' as const } : {};
    this.#schema.push({ name, type, repetition_type: 'OPTIONAL', ...text });
    this.#chunks.push({
      file_offset: BigInt(start),
      meta_data: {
        type,
        encodings: ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
        path_in_schema: [name],
        codec,
        num_values: BigInt(this.#rows),
        total_uncompressed_size: BigInt(size),
        total_compressed_size: BigInt(this.#offset - start),
        dictionary_page_offset: BigInt(start),
        data_page_offset: BigInt(dataStart),
      },
    });
  }

  end(): Buffer {
    const [root, ...leaves] = this.#schema;
    if (!root) throw new RangeError('a schema has a root');
    const writer = new ByteWriter();
    const bytes = this.#chunks.reduce((sum, { meta_data: chunk }) => {
      return sum + (chunk?.total_uncompressed_size ?? 0n);
    }, 0n);
    writeMetadata(
      writer,
      {
        version: 2,
        schema: [{ ...root, num_children: leaves.length }, ...leaves],
        num_rows: BigInt(this.#rows),
        row_groups: [{ columns: this.#chunks, total_byte_size: bytes, num_rows: BigInt(this.#rows) }],
        metadata_length: 0,
      },
      Number.POSITIVE_INFINITY,
    );
    return Buffer.concat([...this.#parts, Buffer.from(writer.getBytes()), Buffer.from('PAR1')]);
  }

  #write(
    page: Buffer,
    codec: CompressionCodec,
    header: Omit<PageHeader, 'uncompressed_page_size' | 'compressed_page_size'>,
  ): number {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
    const compressed = codec === 'BROTLI' ? brotliCompressSync(page, quality) : page;
    const writer = new ByteWriter();
    const sizes = { uncompressed_page_size: page.length, compressed_page_size: compressed.length };
    writePageHeader(writer, { ...header, ...sizes });
    this.#parts.push(Buffer.from(writer.getBytes()), compressed);
    this.#offset += writer.offset + compressed.length;
    return writer.offset + page.length;
  }
}

function plain(value: string | number | Buffer): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  }
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
