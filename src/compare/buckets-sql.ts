import { identifier, literal, pathLiteral } from '../load/sql.js';
import type { Table } from '../tables/tables.js';
import { digest, list, names, type Side } from './rows-sql.js';
import type { RowRules } from './rules.js';
import { absentValue, comparedValue } from './values-sql.js';

/** The type that each column of a file is stored as, as DuckDB names it. */
export type StoredTypes = ReadonlyMap<string, string>;

/** Rows of a table are told to be the same a bucket at a time; only those of other buckets are looked at one by one. */
const buckets = 65_536;

/** Rows that a thread collects before it writes them to their parts. */
const rowsAtOnce = 65_536;

/** Files that are open at a time while parts are written: as many as a shell lets a process have, and some to spare. */
export const mostParts = 256;

export const configureStaging = [
  `SET partitioned_write_flush_threshold = ${rowsAtOnce}`,
  `SET partitioned_write_max_open_files = ${mostParts}`,
];

/** The rows of a file. */
export const rowsOfFile = (path: string): string =>
  `read_parquet(${pathLiteral(path)}, hive_partitioning = false, binary_as_string = true)`;

export const describeRows = (rows: string): string => `DESCRIBE SELECT * FROM ${rows}`;

export const countRows = (rows: string): string => `SELECT count(*) AS rows FROM ${rows}`;

/** The rows of a side as they are compared, each with the number that stands for what it pairs by. */
export function viewRows(
  side: Side,
  table: Table,
  rows: string,
  types: StoredTypes,
  rules: RowRules,
): string {
  const columns = table.columns.map((column) => {
    const stored = types.get(column.name);
    const value = stored === undefined ? absentValue(column) : comparedValue(column, stored);
    return `${value} AS ${identifier(column.name)}`;
  });
  return `CREATE OR REPLACE TEMP VIEW ${side}_row AS SELECT *, hash(${list(names(rules.pairing))}) AS pairing
    FROM (SELECT ${list(columns)} FROM ${rows})`;
}

/** How many rows of a side each bucket has, and a sum of them in which order does not count. */
export const sumBuckets = (side: Side, rules: RowRules): string =>
  `CREATE OR REPLACE TEMP TABLE ${side}_bucket AS SELECT pairing % ${buckets} AS bucket, count(*) AS rows, sum(${digest(rules)}) AS checksum
    FROM ${side}_row GROUP BY bucket`;

export const findOpenBuckets = `CREATE OR REPLACE TEMP TABLE open_bucket AS SELECT bucket
  FROM left_bucket l FULL JOIN right_bucket r USING (bucket)
  WHERE l.rows IS DISTINCT FROM r.rows OR l.checksum IS DISTINCT FROM r.checksum`;

/** How many rows each side has, and how many rows of both are in open buckets. */
export const countBuckets = `SELECT (SELECT coalesce(sum(rows), 0) FROM left_bucket) AS left_rows,
  (SELECT coalesce(sum(rows), 0) FROM right_bucket) AS right_rows,
  (SELECT coalesce(sum(rows), 0) FROM (FROM left_bucket UNION ALL FROM right_bucket) SEMI JOIN open_bucket USING (bucket)) AS open_rows`;

/** Writes the rows of open buckets to files in folders `part=0`, `part=1` and so on: rows that pair are in one part. */
export const stageOpenRows = (side: Side, { compared }: RowRules, parts: number, folder: string): string =>
  `COPY (SELECT ${list(['pairing', ...names(compared)])}, pairing % ${buckets} % ${parts} AS part
    FROM ${side}_row WHERE pairing % ${buckets} IN (SELECT bucket FROM open_bucket))
    TO ${literal(folder)} (FORMAT PARQUET, PARTITION_BY (part))`;
