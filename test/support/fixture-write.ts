import { rm } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import {
  BIGINT,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  INTEGER,
  LIST,
  TIMESTAMP,
  TIMESTAMPTZ,
  UBIGINT,
  VARCHAR,
} from '@duckdb/node-api';
import pl from 'nodejs-polars';
import { concatenate } from '../../src/parquet/concatenate.js';
import type { InputRow, InputValue } from '../model/input-value.js';
import { isList } from '../model/input-value.js';
import { castRows } from './fixture-cast.js';
import { quoteName, quoteText, withDatabase } from './fixture-database.js';
import type { Layout, StoredType } from './fixture-layout.js';

const rowsPerVector = 2048;

/** Writes rows to a parquet file of the layout; returns them as the file holds them. */
export async function writeRows(
  file: string,
  rows: readonly InputRow[],
  layout: Layout,
): Promise<InputRow[]> {
  const stored = castRows(rows, layout.columns);
  if (writerOf(layout, rows.length) === 'duckdb') {
    await writeByDuckdb(file, stored, layout);
    return stored;
  }
  const draft = `${file}.draft`;
  try {
    await writeByDuckdb(draft, stored, { columns: layout.columns, codec: 'uncompressed' });
    await rewriteByPolars(draft, file, layout);
  } finally {
    await rm(draft, { force: true });
  }
  return stored;
}

function writerOf(
  { writer, rowGroupSize, statistics, dictionaries }: Layout,
  rowCount: number,
): 'duckdb' | 'polars' {
  // DuckDB fills a row group vector by vector
  const isExact =
    dictionaries === true ||
    rowGroupSize === undefined ||
    rowGroupSize >= rowCount ||
    rowGroupSize % rowsPerVector === 0;
  if (writer === 'duckdb' && !isExact) {
    throw new RangeError(
      `DuckDB writes row groups of ${rowsPerVector} rows or a multiple, not of ${rowGroupSize}`,
    );
  }
  if (writer === 'duckdb' && statistics === false) throw new RangeError('DuckDB always writes statistics');
  return writer ?? (isExact && statistics !== false ? 'duckdb' : 'polars');
}

async function writeByDuckdb(file: string, rows: readonly InputRow[], layout: Layout): Promise<void> {
  await withDatabase(async (connection) => {
    const columns = Object.entries(layout.columns);
    const definitions = columns.map(([name, type]) => `${quoteName(name)} ${duckdbTypeOf(type)}`);
    await connection.run(`CREATE TABLE fixture (${definitions.join(', ')})`);
    await appendRows(connection, rows, columns);
    if (layout.dictionaries === true) return writeDictionaries(connection, file, rows.length, layout);
    const size = Math.max(layout.rowGroupSize ?? rows.length, rowsPerVector);
    await connection.run(
      `COPY fixture TO ${quoteText(file)} (FORMAT parquet, CODEC ${quoteText(layout.codec ?? 'zstd')}, ROW_GROUP_SIZE ${size})`,
    );
  });
}

/** Writes each row group as a file of its own, and puts these end to end. */
async function writeDictionaries(
  connection: DuckDBConnection,
  file: string,
  rowCount: number,
  { codec = 'zstd', rowGroupSize = Math.max(rowCount, 1) }: Layout,
): Promise<void> {
  const name = codec === 'lz4' ? 'lz4_raw' : codec;
  const options = `FORMAT parquet, CODEC ${quoteText(name)}, DICTIONARY_SIZE_LIMIT 100000`;
  const parts: string[] = [];
  for (let start = 0; start === 0 || start < rowCount; start += rowGroupSize) {
    const part = `${file}.${parts.length}`;
    const rows = `SELECT * FROM fixture WHERE rowid >= ${start} AND rowid < ${start + rowGroupSize} ORDER BY rowid`;
    await connection.run(`COPY (${rows}) TO ${quoteText(part)} (${options})`);
    parts.push(part);
  }
  await concatenate(parts, file);
  for (const part of parts) await rm(part);
}

async function appendRows(
  connection: DuckDBConnection,
  rows: readonly InputRow[],
  columns: readonly [string, StoredType][],
): Promise<void> {
  const appender = await connection.createAppender('fixture');
  for (let start = 0; start < rows.length; start += rowsPerVector) {
    const part = rows.slice(start, start + rowsPerVector);
    const chunk = DuckDBDataChunk.create(
      columns.map(([, type]) => duckdbTypeOf(type)),
      part.length,
    );
    chunk.setColumns(
      columns.map(([name, type]) => part.map((row) => duckdbValueOf(row[name] ?? null, type))),
    );
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function rewriteByPolars(from: string, to: string, layout: Layout): Promise<void> {
  const nulls = Object.entries(layout.columns).filter(([, type]) => type === 'null');
  let frame = pl.scanParquet(from);
  for (const [name] of nulls) frame = frame.withColumn(pl.lit(null).alias(name));
  const { codec = 'zstd', statistics = true, rowGroupSize } = layout;
  await frame
    .sinkParquet(to, {
      compression: codec,
      statistics,
      maintainOrder: true,
      ...(rowGroupSize === undefined ? {} : { rowGroupSize }),
    })
    .collect();
}

function duckdbTypeOf(type: StoredType): DuckDBType {
  switch (type) {
    case 'text':
      return VARCHAR;
    case 'int32':
    case 'null':
      return INTEGER;
    case 'int64':
      return BIGINT;
    case 'uint64':
      return UBIGINT;
    case 'double':
      return DOUBLE;
    case 'date':
      return DATE;
    case 'timestamp':
      return TIMESTAMP;
    case 'zoned timestamp':
      return TIMESTAMPTZ;
    case 'list':
      return LIST(VARCHAR);
    default:
      return DECIMAL(type.precision, type.scale);
  }
}

function duckdbValueOf(value: InputValue, type: StoredType): DuckDBValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return type === 'int32' ? Number(value) : value;
  if (isList(value)) return new DuckDBListValue(value);
  if (value.kind === 'date') return new DuckDBDateValue(value.days);
  if (value.kind === 'timestamp') {
    return type === 'timestamp'
      ? new DuckDBTimestampValue(value.micros)
      : new DuckDBTimestampTZValue(value.micros);
  }
  const width = typeof type === 'object' ? type.precision : 38;
  return new DuckDBDecimalValue(value.unscaled, width, value.scale);
}
