import { rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBListValue, LIST, VARCHAR } from '@duckdb/node-api';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import pl from 'nodejs-polars';
import type { RowToCut } from './arbitrary-columns-to-cut.js';
import { quoteText, withDatabase } from './fixture-database.js';

export type Writer = 'duckdb' | 'polars' | 'pages of version 2';

/** What each writer can write, with pages so small that there are several. */
export const codecsOf = {
  duckdb: ['zstd', 'snappy', 'gzip', 'brotli', 'lz4_raw', 'uncompressed'],
  polars: ['zstd', 'snappy', 'gzip', 'brotli', 'lz4', 'uncompressed'],
  'pages of version 2': ['snappy', 'gzip', 'brotli', 'uncompressed'],
} as const;

/** A way to write a file. */
export type Way = {
  readonly [Name in Writer]: {
    readonly writer: Name;
    readonly codec: (typeof codecsOf)[Name][number];
    readonly pageBytes: number;
  };
}[Writer];

/** Writes rows into one row group. */
export async function writeToCut(file: string, rows: readonly RowToCut[], way: Way): Promise<void> {
  if (way.writer === 'pages of version 2') return writeSecondVersion(file, rows, way);
  if (way.writer === 'duckdb') return writeByDuckdb(file, rows, way.codec);
  const draft = `${file}.draft`;
  await writeByDuckdb(draft, rows, 'uncompressed');
  await pl
    .scanParquet(draft)
    .sinkParquet(file, {
      compression: way.codec,
      maintainOrder: true,
      dataPagesizeLimit: way.pageBytes,
      rowGroupSize: rows.length,
    })
    .collect();
  await rm(draft);
}

const names = ['text', 'different', 'whole', 'fraction', 'list', 'always', 'never'] as const;

function columnOf<Name extends (typeof names)[number]>(
  rows: readonly RowToCut[],
  name: Name,
): RowToCut[Name][] {
  return rows.map((row) => row[name]);
}

async function writeByDuckdb(file: string, rows: readonly RowToCut[], codec: string): Promise<void> {
  await withDatabase(async (connection) => {
    const types = [VARCHAR, VARCHAR, BIGINT, DOUBLE, LIST(VARCHAR), VARCHAR, VARCHAR];
    await connection.run(
      `CREATE TABLE rows (${names.map((name, index) => `${name} ${types[index]}`).join(', ')})`,
    );
    const appender = await connection.createAppender('rows');
    for (let start = 0; start < rows.length; start += 2048) {
      const part = rows.slice(start, start + 2048);
      const chunk = DuckDBDataChunk.create(types, part.length);
      const lists = columnOf(part, 'list').map((list) => list && new DuckDBListValue([...list]));
      chunk.setColumns(names.map((name) => (name === 'list' ? lists : columnOf(part, name))));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(
      `COPY rows TO ${quoteText(file)} (FORMAT parquet, CODEC ${quoteText(codec)}, ROW_GROUP_SIZE 1000000)`,
    );
  });
}

const optionalText = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
} as const satisfies Partial<SchemaElement>;

const schema: SchemaElement[] = [
  { name: 'root', num_children: names.length },
  { name: 'text', ...optionalText },
  { name: 'different', ...optionalText },
  { name: 'whole', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'fraction', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'list', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', ...optionalText },
  { name: 'always', ...optionalText, repetition_type: 'REQUIRED' },
  { name: 'never', ...optionalText },
];

async function writeSecondVersion(
  file: string,
  rows: readonly RowToCut[],
  { codec, pageBytes }: Way,
): Promise<void> {
  const columnData = names.map((name) => ({ name, data: columnOf(rows, name) }));
  const upper = { snappy: 'SNAPPY', gzip: 'GZIP', brotli: 'BROTLI', uncompressed: 'UNCOMPRESSED' } as const;
  const known = codec === 'snappy' || codec === 'gzip' || codec === 'brotli' ? codec : 'uncompressed';
  const buffer = parquetWriteBuffer({
    columnData,
    schema,
    codec: upper[known],
    compressors: { GZIP: (bytes) => gzipSync(bytes), BROTLI: (bytes) => brotliCompressSync(bytes) },
    pageSize: pageBytes,
    rowGroupSize: rows.length,
  });
  await writeFile(file, new Uint8Array(buffer));
}
