import type { Partition } from '../tables/partitions.js';
import { partColumns } from '../tables/partitions.js';
import { attributesOf, type ColumnType, type Table, tableNamed } from '../tables/tables.js';
import type { Dialect } from './dialect.js';
import { noRowsLike } from './no-rows.js';

/** What becomes of the rows that are there and those that come in (data contract, section 5). */

export const incoming = (table: Pick<Table, 'name'>): string => `incoming_${table.name}`;
export const existing = (table: Pick<Table, 'name'>): string => `existing_${table.name}`;

/** The rows of a table that is not there yet. */
export function noRows(sql: Dialect, table: Table): string {
  const none: Readonly<Record<ColumnType, string>> = {
    VARCHAR: sql.asText('NULL'),
    'VARCHAR[]': sql.split(sql.asText('NULL'), ','),
    DOUBLE: sql.asDouble('NULL'),
  };
  return noRowsLike(sql, Object.fromEntries(table.columns.map(({ name, type }) => [name, none[type]])));
}

/** Whether a row that is there (`e`) and one that comes in (`i`) have the same key. */
export const sameKey = (sql: Dialect, { key }: Table): string =>
  key.map((column) => `i.${sql.identifier(column)} = e.${sql.identifier(column)}`).join(' AND ');

/** Whether a row that is there gets an attribute from one of the same key; of a table that has attributes. */
export function isGained(sql: Dialect, table: Table, conflict: 'fill' | 'update'): string {
  const gains = attributesOf(table).map(({ name }) => {
    const [incoming, existing] = [`i.${sql.identifier(name)}`, `e.${sql.identifier(name)}`];
    const isNew = conflict === 'update' ? `NOT (${sql.isSame(incoming, existing)})` : `${existing} IS NULL`;
    return `(${incoming} IS NOT NULL AND ${isNew})`;
  });
  return gains.join(' OR ');
}

/** Rows that are there, rows that come in under a new key, and rows that get an attribute. */
export function countMerge(sql: Dialect, table: Table, conflict: 'fill' | 'update'): string {
  const [keyColumn = ''] = table.key;
  const isThere = `e.${sql.identifier(keyColumn)} IS NOT NULL`;
  const filled =
    attributesOf(table).length > 0 ? `${isThere} AND (${isGained(sql, table, conflict)})` : 'false';
  return `SELECT (SELECT count(*) FROM ${existing(table)}) AS existing,
    ${sql.countIf(`NOT (${isThere})`)} AS inserted, ${sql.countIf(filled)} AS filled
    FROM ${incoming(table)} i LEFT JOIN ${existing(table)} e ON ${sameKey(sql, table)}`;
}

/** The rows that are there, with the attributes that they get, and the new ones. */
export function mergedRows(sql: Dialect, table: Table, conflict: 'fill' | 'update'): string {
  const [first, second] = conflict === 'update' ? ['i', 'e'] : ['e', 'i'];
  const columns = table.columns.map((column) => {
    const name = sql.identifier(column.name);
    return `coalesce(${first}.${name}, ${second}.${name}) AS ${name}`;
  });
  return `SELECT ${columns.join(', ')} FROM ${existing(table)} e FULL OUTER JOIN ${incoming(table)} i ON ${sameKey(sql, table)}`;
}

/** The groups that had members before and get more of them. */
export function gainingGroups(sql: Dialect): string {
  const [npi, tin] = [tableNamed('xref_pg_npi'), tableNamed('xref_pg_tin')];
  const gained = (table: Table) =>
    `SELECT pg_uid FROM ${incoming(table)} i WHERE NOT EXISTS (SELECT 1 FROM ${existing(table)} e WHERE ${sameKey(sql, table)})`;
  return `SELECT pg_uid FROM (${gained(npi)} UNION ${gained(tin)}) WHERE pg_uid IN (
    SELECT pg_uid FROM ${existing(npi)} UNION ALL SELECT pg_uid FROM ${existing(tin)})`;
}

/** The partitions that staged rates are of. */
export const slices = (rates: string): string =>
  `SELECT DISTINCT payer_slug, nullif(year_month, '') AS year_month FROM ${rates} ORDER BY payer_slug, year_month`;

/** Incoming facts of a partition, with the columns that parts have; of an upsert those alone whose key is not there. */
export function newFacts(
  sql: Dialect,
  { payer_slug: slug, year_month: month }: Partition,
  there: string | null,
): string {
  const columns = partColumns.map(({ name }) => sql.identifier(name)).join(', ');
  const isMonth = month === null ? 'year_month IS NULL' : `year_month = ${sql.literal(month)}`;
  const isNew =
    there === null
      ? ''
      : ` AND NOT EXISTS (SELECT 1 FROM ${sql.identifier(there)} e WHERE e.fact_uid = i.fact_uid)`;
  return `SELECT ${columns} FROM ${incoming({ name: 'fact_rate' })} i WHERE payer_slug = ${sql.literal(slug)} AND ${isMonth}${isNew}`;
}

export const countRows = (sql: Dialect, view: string): string =>
  `SELECT count(*) AS rows FROM ${sql.identifier(view)}`;
