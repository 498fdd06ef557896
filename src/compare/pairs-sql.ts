import { identifier, literal, pathLiteral } from '../load/sql.js';
import type { Column } from '../tables/tables.js';
import { digest, list, names, type Side } from './rows-sql.js';
import type { RowRules } from './rules.js';
import { absentValue } from './values-sql.js';

/** What a pair calls the column of one of its rows. */
export const sideColumn = (side: Side, { name }: Column): string => `${side}_${name}`;

/** What a pair calls the truth of whether its rows differ in a column. */
export const differs = (name: string): string => `differs_${name}`;

/** A part of the open rows of a side; there may be no file. */
export function viewPart(side: Side, { compared }: RowRules, files: readonly string[]): string {
  const empty = compared.map((column) => `${absentValue(column)} AS ${identifier(column.name)}`);
  const rows =
    files.length > 0
      ? `SELECT ${list(['pairing', ...names(compared)])} FROM read_parquet([${list(files.map(pathLiteral))}], hive_partitioning = false)`
      : `SELECT ${list(['NULL::UBIGINT AS pairing', ...empty])} WHERE false`;
  return `CREATE OR REPLACE TEMP VIEW ${side}_part AS ${rows}`;
}

/** The rows of a side's part, copies as one. */
export function collapseCopies(side: Side, rules: RowRules): string {
  const { compared, identity, keepsWholeRow } = rules;
  const attributes = compared.filter((column) => !identity.includes(column));
  const fields = attributes.map(({ name }) => `${literal(name)}: ${identifier(name)}`);
  const [kept, unpacked] = keepsWholeRow
    ? [[`min({${list(fields)}}) AS lowest`], '*, unnest(lowest)']
    : [names(attributes).map((name) => `min(${name}) AS ${name}`), '*'];
  const key = ['pairing', ...names(identity)];
  const found = ['count(*) AS copies', 'sum(digest) AS checksum', 'min(digest) < max(digest) AS is_torn'];
  return `CREATE OR REPLACE TEMP TABLE ${side}_single AS SELECT ${unpacked} FROM (
    SELECT ${list([...key, ...kept, ...found])} FROM (SELECT *, ${digest(rules)} AS digest FROM ${side}_part)
    GROUP BY ${list(key)})`;
}

const other = (side: Side): Side => (side === 'left' ? 'right' : 'left');

const sameIn = (columns: readonly Column[]): string =>
  [
    'one.pairing = two.pairing',
    ...names(columns).map((name) => `one.${name} IS NOT DISTINCT FROM two.${name}`),
  ].join(' AND ');

/** Copies of a side beyond the first of each row that the other side does not have just so; and rows whose copies differ. */
export const countCopies = (side: Side, { identity }: RowRules): string =>
  `SELECT coalesce(sum(copies - 1), 0) AS duplicates, count(*) FILTER (WHERE is_torn) AS conflicts
    FROM (SELECT * FROM ${side}_single WHERE copies > 1) one ANTI JOIN ${other(side)}_single two
    ON ${sameIn(identity)} AND one.copies = two.copies AND one.checksum = two.checksum`;

/** The rows that the other side does not have, those that pair numbered in the order of their values. */
export const keepUnmatched = (side: Side, { compared }: RowRules): string =>
  `CREATE OR REPLACE TEMP TABLE ${side}_rest AS SELECT ${list(['pairing', ...names(compared)])},
    row_number() OVER (PARTITION BY pairing ORDER BY ${list([...names(compared), 'pairing'])}) AS place
    FROM ${side}_single one ANTI JOIN ${other(side)}_single two ON ${sameIn(compared)}`;

/** Rows that pair, and rows that have nothing to pair with. */
export function pairRows({ compared, identity }: RowRules, tolerance: number): string {
  const values = (side: Side, row: string) =>
    compared.map((column) => `${row}.${identifier(column.name)} AS ${identifier(sideColumn(side, column))}`);
  const isOther = ({ name }: Column) => `l.${identifier(name)} IS DISTINCT FROM r.${identifier(name)}`;
  // a key that holds the rate follows it
  const isOtherRate = compared.filter(({ type }) => type === 'DOUBLE').map(isOther);
  const flags = compared.map((column) => {
    const isExcused = identity.includes(column) ? isOtherRate : toleranceOf(column, tolerance);
    const excuses = isExcused.map((excuse) => ` AND NOT coalesce(${excuse}, false)`).join('');
    return `l.place IS NOT NULL AND r.place IS NOT NULL AND ${isOther(column)}${excuses} AS ${identifier(differs(column.name))}`;
  });
  const columns = ['pairing', 'place', ...values('left', 'l'), ...values('right', 'r'), ...flags];
  return `CREATE OR REPLACE TEMP TABLE pair AS SELECT ${list([...columns, meeting])}
    FROM left_rest l FULL JOIN right_rest r USING (pairing, place)`;
}

const meeting = `CASE WHEN r.place IS NULL THEN 'left' WHEN l.place IS NULL THEN 'right' ELSE 'both' END AS found_in`;

/** Whether two numbers are close enough. A decimal tolerance is a hair wider than the difference of two doubles may come out. */
function toleranceOf({ name, type }: Column, tolerance: number): string[] {
  if (type !== 'DOUBLE' || tolerance === 0) return [];
  const [left, right] = [`l.${identifier(name)}`, `r.${identifier(name)}`];
  return [`abs(${left} - ${right}) <= ${tolerance} + greatest(abs(${left}), abs(${right})) * 4e-16`];
}

/** How many rows there are of each sort, and how many pairs differ in each column, as `differs_<column>`. */
export function countPairs({ compared }: RowRules): string {
  const flags = compared.map(({ name }) => identifier(differs(name)));
  const isDifferent = ['false', ...flags].join(' OR ');
  const counts = [
    `count(*) FILTER (WHERE found_in = 'left') AS only_left`,
    `count(*) FILTER (WHERE found_in = 'right') AS only_right`,
    `count(*) FILTER (WHERE ${isDifferent}) AS different`,
    `count(*) FILTER (WHERE found_in = 'both' AND NOT (${isDifferent})) AS within_tolerance`,
    ...flags.map((flag) => `count(*) FILTER (WHERE ${flag}) AS ${flag}`),
  ];
  return `SELECT ${list(counts)} FROM pair`;
}
