import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { encodeFooter } from '../../src/parquet/write-footer.js';

/** Days since 1970, and nanoseconds of the day. */
export interface Instant {
  readonly day: number;
  readonly nanoseconds: number;
}

export interface InstantsWay {
  readonly codec: 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED';
  readonly pageBytes: number;
  readonly isRequired: boolean;
}

/** Columns of texts, and of instants as INT96: no writer at hand has that type, so they are bytes whose type is changed afterwards. */
export async function writeInstants(
  file: string,
  texts: Readonly<Record<string, readonly (string | null)[]>>,
  instants: Readonly<Record<string, readonly (Instant | null)[]>>,
  { codec, pageBytes, isRequired }: InstantsWay,
): Promise<void> {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
  const bytes = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12 } as const;
  const repetition_type = isRequired ? 'REQUIRED' : 'OPTIONAL';
  const schema: SchemaElement[] = [
    { name: 'root', num_children: Object.keys(texts).length + Object.keys(instants).length },
    ...Object.keys(texts).map((name) => ({ name, ...text })),
    ...Object.keys(instants).map((name) => ({ name, ...bytes, repetition_type }) as const),
  ];
  const columnData = [
    ...Object.entries(texts).map(([name, data]) => ({ name, data: [...data] })),
    ...Object.entries(instants).map(([name, data]) => ({
      name,
      data: data.map((one) => one && stored(one)),
    })),
  ];
  const compressors = { GZIP: (page: Uint8Array) => gzipSync(page) };
  const written = parquetWriteBuffer({
    ...{ columnData, schema, codec, compressors, pageSize: pageBytes, rowGroupSize: 1_000_000 },
    statistics: false,
  });
  const { metadata_length: length, ...metadata } = parquetMetadata(written);
  const data = Buffer.from(written, 0, written.byteLength - length - 8);
  await writeFile(file, Buffer.concat([data, encodeFooter(asInt96(metadata))]));
}

function stored({ day, nanoseconds }: Instant): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeBigInt64LE(BigInt(nanoseconds), 0);
  bytes.writeInt32LE(day + 2_440_588, 8);
  return bytes;
}

type Metadata = Omit<FileMetaData, 'metadata_length'>;

function asInt96(metadata: Metadata): Metadata {
  const changed = (column: ColumnMetaData): ColumnMetaData =>
    column.type === 'FIXED_LEN_BYTE_ARRAY' ? { ...column, type: 'INT96' } : column;
  return {
    ...metadata,
    schema: metadata.schema.map(({ type_length: bytes, ...element }) =>
      bytes === undefined ? element : { ...element, type: 'INT96' },
    ),
    row_groups: metadata.row_groups.map((group) => ({
      ...group,
      columns: group.columns.map((chunk) => ({
        ...chunk,
        ...(chunk.meta_data && { meta_data: changed(chunk.meta_data) }),
      })),
    })),
  };
}
