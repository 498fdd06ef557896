import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../src/load/db.js';
import { viewExisting } from '../../src/load/merge.js';
import { mergeDimension } from '../../src/load/merge-dimension.js';
import type { MergedTable } from '../../src/load/merge-table.js';
import { tableNamed } from '../../src/tables/tables.js';
import type { DimensionName } from '../model/incoming.js';
import type { OutputRow, OutputValue } from '../model/tables.js';
import { quoteName, quoteText } from './fixture-database.js';

/** A load of one dimension: its rows, one per key, and how they meet what is there. */
export interface DimensionLoad {
  readonly name: DimensionName;
  readonly rows: readonly OutputRow[];
  readonly dimensionConflict?: 'fill' | 'update';
  readonly rowGroupRows?: number;
}

/** Where a dimension that is loaded by itself is. */
export function dimensionPath(folder: string, name: DimensionName): string {
  return join(folder, `${name}.parquet`);
}

/** Upserts rows into a dimension's file, and puts what is written in its place. */
export async function upsertRows(folder: string, load: DimensionLoad): Promise<MergedTable> {
  const { name, rows, dimensionConflict = 'fill', rowGroupRows = 2048 } = load;
  const path = dimensionPath(folder, name);
  using database = await Database.open({
    memoryMb: 256,
    threads: 1,
    temporaryFolder: join(folder, 'spill'),
  });
  const output = { table: name, path, exists: existsSync(path) };
  await viewExisting(database, output);
  await database.run(`CREATE TEMP TABLE incoming_${name} AS ${selectRows(name, rows)}`);
  const merged = await mergeDimension(database, tableNamed(name), output, {
    rules: { state: 'GA', emptyPosSet: '', providerGroupScope: 'payer', dimensionConflict, mode: 'upsert' },
    suffix: 'waiting',
    scratch: join(folder, 'scratch'),
    rowGroupRows,
  });
  if (merged.waiting) renameSync(merged.waiting, path);
  return merged;
}

/** A query that gives rows of a table. */
export function selectRows(name: DimensionName, rows: readonly OutputRow[]): string {
  const { columns } = tableNamed(name);
  const none = columns.map(() => 'NULL').join(', ');
  const values = rows.map((row) => columns.map((column) => literalOf(row[column.name] ?? null)).join(', '));
  const typed = columns.map(
    (column) => `${quoteName(column.name)}::${column.type} AS ${quoteName(column.name)}`,
  );
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const all = [none, ...values].map((row) => `(${row})`).join(', ');
  return `SELECT ${typed.join(', ')} FROM (VALUES ${all}) t(${names}) OFFSET 1`;
}

function literalOf(value: OutputValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'number') return String(value);
  return `[${value.map(quoteText).join(', ')}]::VARCHAR[]`;
}
