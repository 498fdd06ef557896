import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
} from '@duckdb/node-api';
import type { InputRow, InputValue, TimestampValue } from '../model/input-value.js';
import type { OutputRow, OutputValue } from '../model/tables.js';
import { quoteName, withDatabase } from './fixture-database.js';
import { plainProvidersColumns, plainRatesColumns } from './fixture-layout.js';

const contractColumns = new Set([
  ...Object.keys(plainRatesColumns),
  ...Object.keys(plainProvidersColumns),
  'provider_group_id',
]);

/** The rows of an input file in their order, with the columns that the contract names and their kinds. */
export async function readRows(file: string): Promise<InputRow[]> {
  return withDatabase(async (connection) => {
    const source = 'read_parquet($file, binary_as_string = true)';
    const all = await connection.run(`SELECT * FROM ${source} LIMIT 0`, { file });
    const columns = columnsIn(all).filter(({ name }) => contractColumns.has(name));
    const result = await connection.run(`SELECT ${selectGuarded(columns)} FROM ${source}`, { file });
    return collectRows(result, inputValueOf);
  });
}

export interface StoredTable {
  /** The columns of the file in their order, with the type as DuckDB reads it. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: OutputRow[];
}

/** An output file: its columns and its rows. */
export async function readTable(file: string): Promise<StoredTable> {
  return readSource('read_parquet($file)', file);
}

/** Facts in partitions, as whoever knows how Hive names folders reads them; the folders give the last columns. */
export async function readDataset(folder: string): Promise<StoredTable> {
  const source = 'read_parquet($file, hive_partitioning = true, hive_types_autocast = false)';
  return readSource(source, `${folder}/*/*/*/*.parquet`);
}

async function readSource(source: string, file: string): Promise<StoredTable> {
  return withDatabase(async (connection) => {
    const columns = columnsIn(await connection.run(`SELECT * FROM ${source} LIMIT 0`, { file }));
    const result = await connection.run(`SELECT ${selectGuarded(columns)} FROM ${source}`, { file });
    return { columns, rows: await collectRows(result, outputValueOf) };
  });
}

function columnsIn(result: DuckDBResult): StoredTable['columns'] {
  return result.columnNames().map((name, index) => ({ name, type: String(result.columnType(index)) }));
}

// the binding takes U+FEFF at the start of text for a byte order mark and drops it: nothing is at the start here
const guard = '.';

function selectGuarded(columns: StoredTable['columns']): string {
  const expressions = columns.map(({ name, type }) => {
    const column = quoteName(name);
    if (type === 'VARCHAR') return `'${guard}' || ${column} AS ${column}`;
    if (type === 'VARCHAR[]') return `['${guard}' || text FOR text IN ${column}] AS ${column}`;
    return column;
  });
  return expressions.join(', ');
}

function unguard(text: string): string {
  return text.slice(guard.length);
}

type Convert<T> = (value: DuckDBValue, type: DuckDBTypeId) => T;

async function collectRows<T>(result: DuckDBResult, convert: Convert<T>): Promise<Record<string, T>[]> {
  const columns = result.columnNames().map((name, index) => ({ name, type: result.columnTypeId(index) }));
  const rows: Record<string, T>[] = [];
  for (const chunk of await result.fetchAllChunks()) {
    const values = columns.map(({ type }, index) => columnOf(chunk, index, type, convert));
    for (let row = 0; row < chunk.rowCount; row += 1) {
      rows.push(Object.fromEntries(columns.map(({ name }, index) => [name, valueAt(values, index, row)])));
    }
  }
  return rows;
}

function columnOf<T>(chunk: DuckDBDataChunk, index: number, type: DuckDBTypeId, convert: Convert<T>): T[] {
  return chunk.getColumnValues(index).map((value) => convert(value, type));
}

function valueAt<T>(columns: readonly (readonly T[])[], column: number, row: number): T {
  const value = columns[column]?.[row];
  if (value === undefined) throw new RangeError(`no value in column ${column}, row ${row}`);
  return value;
}

const integerTypes = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
]);

function inputValueOf(value: DuckDBValue, type: DuckDBTypeId): InputValue {
  if (value === null || typeof value === 'bigint') return value;
  if (typeof value === 'string') return unguard(value);
  if (typeof value === 'number') return integerTypes.has(type) ? BigInt(value) : value;
  if (value instanceof DuckDBDecimalValue)
    return { kind: 'decimal', unscaled: value.value, scale: value.scale };
  if (value instanceof DuckDBDateValue) return { kind: 'date', days: value.days };
  if (value instanceof DuckDBListValue) return value.items.map(textOrNull);
  return timestampOf(value);
}

function timestampOf(value: DuckDBValue): TimestampValue {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return { kind: 'timestamp', micros: value.micros };
  }
  if (value instanceof DuckDBTimestampSecondsValue)
    return { kind: 'timestamp', micros: value.seconds * 1_000_000n };
  if (value instanceof DuckDBTimestampMillisecondsValue)
    return { kind: 'timestamp', micros: value.millis * 1000n };
  // the division of a bigint rounds towards zero, and an instant before 1970 must not move to the next day
  if (value instanceof DuckDBTimestampNanosecondsValue) {
    return { kind: 'timestamp', micros: (value.nanos - (((value.nanos % 1000n) + 1000n) % 1000n)) / 1000n };
  }
  throw new RangeError(`the contract knows no value such as ${String(value)}`);
}

function outputValueOf(value: DuckDBValue): OutputValue {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'string') return unguard(value);
  if (value instanceof DuckDBListValue) return value.items.map((item) => unguard(String(item)));
  throw new RangeError(
    `an output holds ${String(value)}, which is neither text nor a double nor a list of text`,
  );
}

function textOrNull(value: DuckDBValue): string | null {
  if (value === null) return value;
  if (typeof value === 'string') return unguard(value);
  throw new RangeError(`a list holds ${String(value)}, which is no text`);
}
