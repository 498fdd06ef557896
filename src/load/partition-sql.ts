import { type Partition, partColumns } from '../tables/partitions.js';
import { tableNamed } from '../tables/tables.js';
import {
  type Bucket,
  escapePattern,
  identifier,
  list,
  literal,
  parquet,
  pathLiteral,
  viewOfNone,
} from './sql.js';

/** The SQL text of facts that are kept in partitions. */

const factColumns = tableNamed('fact_rate').columns;

/** The partitions that the input holds. */
export const selectSlices = 'SELECT state, payer_slug, year_month, 0 AS rows FROM slice ORDER BY ALL';

/** What a part's folder tells of its rows. */
const told = (partition: Partition): ReadonlyMap<string, string | null> => new Map(Object.entries(partition));

const textOrNull = (text: string | null): string => (text === null ? 'NULL::VARCHAR' : literal(text));

/** The rows of the parts of one partition, with all columns of a fact. */
export function rowsOfPartition(partition: Partition, paths: readonly string[]): string {
  const values = told(partition);
  const columns = factColumns.map(({ name }) => {
    const value = values.get(name);
    return value === undefined ? identifier(name) : `${textOrNull(value)} AS ${identifier(name)}`;
  });
  return `SELECT ${list(columns)} FROM ${parquet(paths)}`;
}

/** A view of the facts in some partitions. */
export function viewExistingParts(
  partitions: readonly { readonly partition: Partition; readonly parts: readonly string[] }[],
): string {
  const filled = partitions.filter(({ parts }) => parts.length > 0);
  const rows = filled.map(({ partition, parts }) => rowsOfPartition(partition, parts)).join(' UNION ALL ');
  return rows === '' ? viewOfNone(tableNamed('fact_rate')) : `CREATE TEMP VIEW existing_fact_rate AS ${rows}`;
}

/** The facts of a partition in a file that holds all columns, with those that its parts have. */
export function selectPartition(path: string, partition: Partition): string {
  const conditions = [...told(partition)].map(
    ([column, value]) => `${identifier(column)} IS NOT DISTINCT FROM ${textOrNull(value)}`,
  );
  return `SELECT ${list(partColumns.map(({ name }) => identifier(name)))} FROM ${parquet([path])} WHERE ${list(conditions, ' AND ')}`;
}

/** Columns that parts have, of several of them. */
export const selectPart = (paths: readonly string[]): string =>
  `SELECT ${list(partColumns.map(({ name }) => identifier(name)))} FROM ${parquet(paths)}`;

/** The same, of one of several shares that each fact is in one of. */
export const selectShare = (path: string, partition: Partition, { number, of }: Bucket): string =>
  `${selectPartition(path, partition)}${of === 1 ? '' : ` AND hash(fact_uid) % ${of} = ${number}`}`;

const allColumns = list(factColumns.map(({ name }) => identifier(name)));

export const selectFacts = (rows: string): string => `SELECT ${allColumns} FROM ${rows}`;

/** The partitions that facts are of, and how many are in each. */
export const slicesOf = (rows: string): string =>
  `SELECT state, payer_slug, year_month, count(*) AS rows FROM ${rows} GROUP BY ALL ORDER BY ALL`;

/** How many facts there are, and a sum of them in which order does not count. */
export const digestRows = (rows: string): string =>
  `SELECT count(*) AS rows, sum(hash(hash(${allColumns})))::VARCHAR AS digest FROM ${rows}`;

/** How the folders of partitions are read: a payer whose slug is a number is no number. */
const hive = `hive_partitioning = true, hive_types = {${list(Object.keys({ state: '', payer_slug: '', year_month: '' } satisfies Record<keyof Partition, string>).map((column) => `${literal(column)}: VARCHAR`))}}`;

/** Matches the parts of a dataset. */
export const partsOf = (dataset: string): string => literal(`${escapePattern(dataset)}/*/*/*/*.parquet`);

/** How many parts a dataset has. */
export const countParts = (dataset: string): string =>
  `SELECT count(*) AS parts FROM glob(${partsOf(dataset)})`;

/** The facts of a dataset, as any reader finds them. It has to have some. */
export const datasetRows = (dataset: string): string => `read_parquet(${partsOf(dataset)}, ${hive})`;

/** The facts in some parts of a dataset; of none where there are none. */
export function rowsOfParts(parts: readonly string[]): string {
  if (parts.length > 0)
    return `read_parquet([${list(parts.map(pathLiteral))}], ${hive}, binary_as_string = true)`;
  return `(SELECT ${list(factColumns.map(({ name, type }) => `NULL::${type} AS ${identifier(name)}`))} WHERE false)`;
}

/** What columns a dataset has, in the order of a fact. */
export const describeDataset = (dataset: string): string => `DESCRIBE ${selectFacts(datasetRows(dataset))}`;

/** A view of all facts of a dataset that has some. */
export const viewDataset = (dataset: string): string =>
  `CREATE TEMP VIEW existing_fact_rate AS ${selectFacts(datasetRows(dataset))}`;
