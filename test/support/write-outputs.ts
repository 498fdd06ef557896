import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tableNamed } from '../../src/tables/tables.js';
import type { OutputRow, OutputValue, TableName } from '../model/tables.js';
import { quoteName, quoteText, withDatabase } from './fixture-database.js';

/** Writes what queries give as parquet files, by path. */
export async function writeQueries(queries: Readonly<Record<string, string>>): Promise<void> {
  await withDatabase(async (connection) => {
    for (const [path, query] of Object.entries(queries)) {
      await mkdir(dirname(path), { recursive: true });
      await connection.run(`COPY (${query}) TO ${quoteText(path)} (FORMAT PARQUET)`);
    }
  });
}

/** A query that gives rows of a table in the types of the contract; a column that a row does not name is null. */
export function selectRows(name: TableName, rows: readonly OutputRow[]): string {
  const { columns } = tableNamed(name);
  const selects = [{}, ...rows].map((row: OutputRow, index) => {
    const cells = columns.map(
      (column) =>
        `CAST(${sqlValue(row[column.name] ?? null)} AS ${column.type}) AS ${quoteName(column.name)}`,
    );
    return `SELECT ${cells.join(', ')}${index === 0 ? ' WHERE false' : ''}`;
  });
  return selects.join(' UNION ALL ');
}

function sqlValue(value: OutputValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return `${value}::DOUBLE`;
  return typeof value === 'string' ? quoteText(value) : `[${value.map(quoteText).join(', ')}]`;
}
