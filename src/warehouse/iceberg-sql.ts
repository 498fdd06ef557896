import { type Partition, partitionColumns } from '../tables/partitions.js';
import { attributesOf, type ColumnType, type Table, tableNamed } from '../tables/tables.js';
import type { Dialect } from './dialect.js';
import { existing, incoming, isGained, noRows, sameKey } from './merge-sql.js';

/**
 * Outputs that are Iceberg tables of a catalog: a name is that of the catalog, of the namespaces in it and of the table, with dots
 * between them. Every statement that changes a table is one commit.
 */

const types: Readonly<Record<ColumnType, string>> = {
  VARCHAR: 'STRING',
  'VARCHAR[]': 'ARRAY<STRING>',
  DOUBLE: 'DOUBLE',
};

/** How columns of a table are described, each as `name type`. */
export const describedColumns = (table: Table): string[] =>
  table.columns.map(({ name, type }) => `${name} ${types[type].toLowerCase()}`);

const facts = tableNamed('fact_rate');

/**
 * Rows that change are marked as deleted beside their files, which is why MERGE asks at its commit whether anybody else has added rows
 * to those that it looked at; what only appends would not ask, and a key could be there twice.
 */
const properties: Readonly<Record<string, string>> = {
  'format-version': '2',
  'write.merge.mode': 'merge-on-read',
  'write.merge.isolation-level': 'serializable',
};

export const quotedName = (sql: Dialect, name: string): string =>
  name.split('.').map(sql.identifier).join('.');

export const createNamespace = (sql: Dialect, namespace: string): string =>
  `CREATE NAMESPACE IF NOT EXISTS ${quotedName(sql, namespace)}`;

/** Gives the `tableName` of every table of a namespace. */
export const listTables = (sql: Dialect, namespace: string): string =>
  `SHOW TABLES IN ${quotedName(sql, namespace)}`;

/** Gives `col_name` and `data_type`: of each column, and after a row without a name of what else there is to say. */
export const describeTable = (sql: Dialect, name: string): string =>
  `DESCRIBE TABLE EXTENDED ${quotedName(sql, name)}`;

/** Forgets what the session knows of a table: another load may have changed it since. */
export const refreshTable = (sql: Dialect, name: string): string => `REFRESH TABLE ${quotedName(sql, name)}`;

export function createTable(sql: Dialect, name: string, table: Table): string {
  const columns = table.columns.map(
    (column) =>
      `${sql.identifier(column.name)} ${types[column.type]} COMMENT ${sql.literal(column.description)}`,
  );
  const partitions =
    table.name === facts.name ? ` PARTITIONED BY (${partitionColumns.map(sql.identifier).join(', ')})` : '';
  const told = Object.entries(properties).map(
    ([property, value]) => `${sql.literal(property)} = ${sql.literal(value)}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${quotedName(sql, name)} (${columns.join(', ')}) USING iceberg${partitions}
    COMMENT ${sql.literal(table.description)} TBLPROPERTIES (${told.join(', ')})`;
}

/** The rows that a table has, or would have if it were there. */
export function tableRows(sql: Dialect, name: string, table: Table, isThere: boolean): string {
  if (!isThere) return noRows(sql, table);
  return `SELECT ${columnsOf(sql, table).join(', ')} FROM ${quotedName(sql, name)}`;
}

const columnsOf = (sql: Dialect, table: Table): string[] =>
  table.columns.map(({ name }) => sql.identifier(name));

/** A table, and what it is called in the catalog. */
export interface NamedTable {
  readonly table: Table;
  readonly name: string;
}

/** Gives for each table its own `name`, and the `snapshot` that it has now; no row where nothing was ever written to it. */
export const currentSnapshots = (sql: Dialect, named: readonly NamedTable[]): string =>
  named
    .map(
      ({ table, name }) =>
        `SELECT ${sql.literal(table.name)} AS name, ${sql.asText('snapshot_id')} AS snapshot FROM ${quotedName(sql, name)}.refs WHERE name = 'main'`,
    )
    .join('\n    UNION ALL ');

/**
 * Gives for each table its own `name`, and its commits: the `snapshot` that each made of its `parent`, the Spark `application` that it is of,
 * the rows that it `added`, and the `bytes` of the files that the table then had.
 */
export const listCommits = (sql: Dialect, named: readonly NamedTable[]): string =>
  named
    .map(
      ({ table, name }) =>
        `SELECT ${sql.literal(table.name)} AS name, ${sql.asText('snapshot_id')} AS snapshot, ${sql.asText('parent_id')} AS parent, summary['spark.app.id'] AS application, ${sql.asWhole(`coalesce(summary['added-records'], '0')`)} AS added, ${sql.asWhole(`coalesce(summary['total-files-size'], '0')`)} AS bytes FROM ${quotedName(sql, name)}.snapshots`,
    )
    .join('\n    UNION ALL ');

/** Gives as `value` the id of the Spark application, which its commits carry. */
export const applicationId = 'SET spark.app.id';

/** Where a key is there already, no clause but one that never holds makes MERGE look at it at its commit as well. */
const keep = 'WHEN MATCHED AND false THEN DELETE';

const insert = (sql: Dialect, table: Table): string => {
  const columns = columnsOf(sql, table);
  return `WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((column) => `i.${column}`).join(', ')})`;
};

/** Inserts the rows of a dimension or cross-reference whose key is new, and gives the others the attributes that they get. */
export function mergeRows(sql: Dialect, name: string, table: Table, conflict: 'fill' | 'update'): string {
  const [first, second] = conflict === 'update' ? ['i', 'e'] : ['e', 'i'];
  const attributes = attributesOf(table).map(({ name: attribute }) => {
    const column = sql.identifier(attribute);
    return `e.${column} = coalesce(${first}.${column}, ${second}.${column})`;
  });
  const update =
    attributes.length === 0
      ? keep
      : `WHEN MATCHED AND (${isGained(sql, table, conflict)}) THEN UPDATE SET ${attributes.join(', ')}`;
  return `MERGE INTO ${quotedName(sql, name)} e USING ${incoming(table)} i ON ${sameKey(sql, table)}
    ${update}
    ${insert(sql, table)}`;
}

/** Whether a row is in a slice. */
function isIn(sql: Dialect, slice: Partition, alias = ''): string {
  const conditions = partitionColumns.map((column) => {
    const [name, value] = [`${alias}${sql.identifier(column)}`, slice[column]];
    return value === null ? `${name} IS NULL` : `${name} = ${sql.literal(value)}`;
  });
  return conditions.join(' AND ');
}

const isInAny = (sql: Dialect, slices: readonly Partition[]): string =>
  slices.map((slice) => `(${isIn(sql, slice)})`).join(' OR ');

/**
 * Of a slice the facts that are there (`existing`), those that come in (`incoming`), and those of the latter that are there already
 * (`same`): by their keys, or where `isWhole` in all columns.
 */
export function countSlice(sql: Dialect, slice: Partition, isWhole: boolean): string {
  const [there, coming] = [existing(facts), incoming(facts)];
  const compared = isWhole ? facts.columns.map(({ name }) => name) : [];
  const others = compared
    .filter((column) => !facts.key.includes(column))
    .map((column) => ` AND ${sql.isSame(`e.${sql.identifier(column)}`, `i.${sql.identifier(column)}`)}`);
  const isThere = `EXISTS (SELECT 1 FROM ${there} e WHERE ${isIn(sql, slice, 'e.')} AND ${sameKey(sql, facts)}${others.join('')})`;
  const count = (rows: string) => `(SELECT count(*) FROM ${rows})`;
  return `SELECT ${count(`${there} WHERE ${isIn(sql, slice)}`)} AS existing, ${count(`${coming} WHERE ${isIn(sql, slice)}`)} AS incoming,
    ${count(`${coming} i WHERE ${isIn(sql, slice, 'i.')} AND ${isThere}`)} AS same`;
}

/** Inserts the facts of a slice whose key is new; nothing else of the table is read. */
export function mergeSlice(sql: Dialect, name: string, slice: Partition): string {
  return `MERGE INTO ${quotedName(sql, name)} e USING (SELECT * FROM ${incoming(facts)} WHERE ${isIn(sql, slice)}) i
    ON ${isIn(sql, slice, 'e.')} AND ${sameKey(sql, facts)}
    ${keep}
    ${insert(sql, facts)}`;
}

/** Puts the facts that come in for some slices in the place of those that are there, of all slices at once. */
export function replaceSlices(sql: Dialect, name: string, slices: readonly Partition[]): string {
  return `INSERT INTO ${quotedName(sql, name)} REPLACE WHERE ${isInAny(sql, slices)}
    SELECT ${columnsOf(sql, facts).join(', ')} FROM ${incoming(facts)} WHERE ${isInAny(sql, slices)}`;
}
