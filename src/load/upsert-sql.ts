import type { Table } from '../tables/tables.js';
import { smallest } from './dimension-sql.js';
import { identifier, list, nonBlank, parquet } from './sql.js';

/** SQL text for the upsert of one frame into one file. Types are those that the database itself names. */

export interface TypedColumn {
  readonly name: string;
  readonly type: string;
}

/** A file's rows under some columns; `absent` ones have no value in it. Empty where there is no file. */
export function viewRows(
  view: 'frame' | 'existing',
  columns: readonly TypedColumn[],
  path: string | null,
  absent: ReadonlySet<string> = new Set(),
): string {
  const values = columns.map(({ name, type }) =>
    path === null || absent.has(name) ? `NULL::${type} AS ${identifier(name)}` : identifier(name),
  );
  const from = path === null ? 'WHERE false' : `FROM ${parquet([path])}`;
  return `CREATE TEMP VIEW ${identifier(view)} AS SELECT ${list(values)} ${from}`;
}

/** How many values some columns of a file have together. */
export const countValues = (names: readonly string[], path: string): string =>
  `SELECT ${list(
    names.map((name) => `count(${identifier(name)})`),
    ' + ',
  )} AS filled FROM ${parquet([path])}`;

/** How many rows of the frame lack a part of the key. */
export const countKeyless = (key: readonly string[]): string =>
  `SELECT count(*) AS rows FROM frame WHERE ${list(
    key.map((name) => `${nonBlank(identifier(name))} IS NULL`),
    ' OR ',
  )}`;

/** The frame's rows for a table, one per key, as several rows of a run meet (data contract, section 5). */
export function collectFrame({ name, columns, key }: Table): string {
  if (name === 'fact_rate') {
    const texts = columns.map((column) =>
      column.type === 'VARCHAR'
        ? `${nonBlank(identifier(column.name))} AS ${identifier(column.name)}`
        : identifier(column.name),
    );
    return `CREATE TEMP VIEW incoming AS SELECT ${list(texts)} FROM frame
      QUALIFY row_number() OVER (PARTITION BY fact_uid ORDER BY negotiated_rate, nullif(reporting_entity_name, '') NULLS LAST) = 1`;
  }
  const values = columns.map((column) => {
    const quoted = identifier(column.name);
    if (key.includes(column.name)) return quoted;
    return column.type === 'VARCHAR' ? smallest(quoted) : `min(${quoted}) AS ${quoted}`;
  });
  const keys = list(key.map(identifier));
  return `CREATE TEMP TABLE ${identifier(`incoming_${name}`)} AS SELECT ${list(values)} FROM frame GROUP BY ${keys}`;
}

/** Rows of any other table, which has one per key already. */
export const takeFrame = 'CREATE TEMP VIEW incoming AS SELECT * FROM frame';

const newRows = (key: readonly string[]): string =>
  `SELECT i.* FROM incoming i ANTI JOIN existing e ON ${list(
    key.map((name) => `i.${identifier(name)} IS NOT DISTINCT FROM e.${identifier(name)}`),
    ' AND ',
  )}`;

/** Rows there were, and rows whose key is new. */
export const countNew = (key: readonly string[]): string =>
  `SELECT (SELECT count(*) FROM existing) AS existing, (SELECT count(*) FROM (${newRows(key)})) AS inserted`;

/** A table with the rows whose key is new; those that are there stay as they are. */
export const selectWithNew = (key: readonly string[]): string =>
  `SELECT * FROM existing UNION ALL ${newRows(key)}`;
