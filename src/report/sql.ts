import { identifier, list, literal, parquet } from '../load/sql.js';
import { isPercentage, shownOfRejects } from '../load/survey-sql.js';
import { count } from '../numbers.js';
import type { Partition } from '../tables/partitions.js';

/**
 * All SQL text of a report, over the views `existing_<table>`. Rates are counted by their value first and spread afterwards, so that
 * both the grouping and the sorting can spill to disk, and quartiles are exact.
 */

/** Letters that a text is cut after. */
const longest = 100;

const cut = (text: string): string =>
  `CASE WHEN length(${text}) > ${longest} THEN left(${text}, ${longest}) || '…' ELSE ${text} END`;

/** The slices that rates are of; null for whatever there is. */
export type Slices = readonly Partition[] | null;

/** Whether a row is of one of some slices. */
function isOf(slices: Slices, columns: readonly (keyof Partition)[]): string {
  if (slices === null) return 'true';
  const alternatives = slices.map((slice) => {
    const conditions = columns.map((column) => {
      const value = slice[column];
      return value === null ? `${identifier(column)} IS NULL` : `${identifier(column)} = ${literal(value)}`;
    });
    return `(${list(conditions, ' AND ')})`;
  });
  return alternatives.length === 0 ? 'false' : `(${list([...new Set(alternatives)], ' OR ')})`;
}

const rateColumns =
  'code_type, code, billing_class, negotiated_type, pos_set_id, year_month, negotiated_rate AS rate';

/** Views of the facts of some slices, and of all months of their payers; without those that have no usable rate. */
export function viewRates(slices: Slices): string[] {
  const view = (name: string, columns: readonly (keyof Partition)[]) =>
    `CREATE TEMP VIEW ${name} AS SELECT ${rateColumns}, ${isPercentage} AS is_percentage FROM existing_fact_rate
      WHERE ${isOf(slices, columns)} AND coalesce(isfinite(negotiated_rate), false)`;
  return [
    view('rate', ['state', 'payer_slug', 'year_month']),
    view('rate_of_any_month', ['state', 'payer_slug']),
  ];
}

/** How many facts some slices have, usable or not. */
export const countRates = (slices: Slices): string =>
  `SELECT count(*) AS rates, count(*) FILTER (WHERE NOT coalesce(isfinite(negotiated_rate), false)) AS unusable
    FROM existing_fact_rate WHERE ${isOf(slices, ['state', 'payer_slug', 'year_month'])}`;

/** Codes with their rates, and the first of them: those with the most. */
export const countCodes = (most: number): string[] => [
  'CREATE TEMP TABLE code_count AS SELECT code_type, code, count(*) AS rates FROM rate GROUP BY ALL',
  `CREATE TEMP TABLE top_code AS FROM code_count ORDER BY rates DESC, code_type, code LIMIT ${most}`,
];

export const countOfCodes = 'SELECT count(*) AS total FROM code_count';

/** What rates are grouped by. */
export interface Grouping {
  readonly from: 'rate' | 'rate_of_any_month';
  /** A column of the label, or null for all rates as one. */
  readonly by: 'billing_class' | 'negotiated_type' | 'pos_set_id' | 'year_month' | null;
}

/** How the rates of each group are spread, those with the most first. */
export function spreadBy({ from, by }: Grouping, most: number): string {
  const label = by === null ? `''` : cut(`coalesce(${by}, '')`);
  const counted = `SELECT ${label} AS label, is_percentage, rate, count(*) AS n FROM ${from} GROUP BY ALL`;
  const order = by === 'year_month' ? 'label DESC' : 'rates DESC, label';
  return `SELECT *, count(*) OVER () AS total FROM (${spread(['label'], counted)}) ORDER BY ${order} LIMIT ${most}`;
}

/** The same of place-of-service sets, with their members. */
export const spreadByPosSet = (most: number): string =>
  `SELECT * REPLACE (coalesce(places, label) AS label) FROM (${spreadBy({ from: 'rate', by: 'pos_set_id' }, most)})
    LEFT JOIN (SELECT pos_set_id, min(${cut(`array_to_string(pos_members, ' ')`)}) AS places FROM existing_dim_pos_set GROUP BY pos_set_id) ON pos_set_id = label
    ORDER BY rates DESC, label`;

/** The same of the codes with the most rates, with what they are, and their outliers. */
export function spreadByCode(): string {
  const counted =
    'SELECT code_type, code, is_percentage, rate, count(*) AS n FROM rate SEMI JOIN top_code USING (code_type, code) GROUP BY ALL';
  return `WITH counted AS MATERIALIZED (${counted}), spread AS MATERIALIZED (${spread(['code_type', 'code'], 'FROM counted')}),
    outlier AS (SELECT code_type, code, sum(n) AS outliers FROM counted JOIN spread USING (code_type, code)
      WHERE NOT is_percentage AND rate > 0 AND median > 0 AND (rate > median * 10 OR rate < median / 10) GROUP BY ALL),
    described AS (SELECT code_type, code, ${cut(`min(coalesce(code_name, code_description, ''))`)} AS about
      FROM existing_dim_code SEMI JOIN top_code USING (code_type, code) GROUP BY ALL)
    SELECT ${cut('code_type')} AS type, ${cut('code')} AS code, coalesce(about, '') AS about, spread.* EXCLUDE (code_type, code),
      coalesce(outliers, 0)::BIGINT AS outliers
    FROM spread LEFT JOIN outlier USING (code_type, code) LEFT JOIN described USING (code_type, code)
    ORDER BY rates DESC, type, code`;
}

const statistics = ['min', 'q1', 'median', 'q3', 'max', 'least'] as const;

/**
 * Statistics of rates that are counted by `keys`, `is_percentage` and `rate`. Prices and percentages are apart; a group shows its prices,
 * and its percentages where it has nothing else.
 */
function spread(keys: readonly string[], counted: string): string {
  const group = list(keys);
  const kept = statistics.map((name) => `'${name}': ${name}`);
  const shown = statistics.map((name) => `shown.${name} AS ${name}`);
  return `SELECT ${group}, rates, zeros, percentages, unit, ${list(shown)} FROM (
    SELECT ${group}, sum(rates)::BIGINT AS rates, sum(zeros)::BIGINT AS zeros,
      coalesce(sum(rates) FILTER (WHERE is_percentage), 0)::BIGINT AS percentages,
      CASE WHEN bool_and(is_percentage) THEN 'percent' ELSE 'dollars' END AS unit, arg_min({${list(kept)}}, is_percentage) AS shown
    FROM (SELECT ${group}, is_percentage, max(whole) AS rates, coalesce(sum(n) FILTER (WHERE rate = 0), 0) AS zeros,
        min(rate) AS min, min(rate) FILTER (WHERE upto * 4 >= whole) AS q1, min(rate) FILTER (WHERE upto * 2 >= whole) AS median,
        min(rate) FILTER (WHERE upto * 4 >= whole * 3) AS q3, max(rate) AS max, min(rate) FILTER (WHERE rate > 0) AS least
      FROM (SELECT *, sum(n) OVER (PARTITION BY ${group}, is_percentage ORDER BY rate) AS upto,
          sum(n) OVER (PARTITION BY ${group}, is_percentage) AS whole FROM (${counted}))
      GROUP BY ${group}, is_percentage)
    GROUP BY ${group})`;
}

/** Bins of a histogram between two powers of ten, and the first and last bin: a cent, and what no rate reaches. */
export const binsPerDecade = 8;
const firstBin = -2 * binsPerDecade;
const lastBin = 15 * binsPerDecade - 1;

/** How many prices there are by their size; bin n begins at 10^(n/8). */
export const countBySize = `SELECT greatest(${firstBin}, least(${lastBin}, floor(log10(rate) * ${binsPerDecade})))::INTEGER AS bin, count(*) AS rates
  FROM rate WHERE rate > 0 AND NOT is_percentage GROUP BY bin ORDER BY bin`;

/** The least members of the groups that are counted together. */
const sizes = [0, 1, 2, 6, 11, 51, 101, 501, 1001];

/** Names of those sizes, in their order. */
export const sizeLabels: readonly string[] = sizes.map((from, index) => {
  const next = sizes[index + 1];
  if (next === undefined) return `over ${count(from - 1)}`;
  return next === from + 1 ? String(from) : `${from}–${count(next - 1)}`;
});

/** How many groups of the payers have how many NPIs and TINs. */
export function countGroupSizes(slices: Slices): string {
  const bucket = `CASE ${sizes
    .map((from, index) => ({ from, index }))
    .toReversed()
    .map(({ from, index }) => `WHEN coalesce(members, 0) >= ${from} THEN ${index}`)
    .join(' ')} END`;
  const groups = `SELECT DISTINCT pg_uid FROM existing_dim_provider_group WHERE ${isOf(slices, ['payer_slug'])}`;
  const counted = (kind: string) =>
    `SELECT ${literal(kind)} AS kind, ${bucket} AS size, count(*) AS groups FROM (${groups})
      LEFT JOIN (SELECT pg_uid, count(*) AS members FROM existing_xref_pg_${kind} GROUP BY pg_uid) USING (pg_uid) GROUP BY ALL`;
  return `${counted('npi')} UNION ALL ${counted('tin')}`;
}

/** The first rejected rows of each reason, in a file of rejects. */
export function selectRejectExamples(
  source: keyof typeof shownOfRejects,
  path: string,
  most: number,
): string {
  const shown = shownOfRejects[source].map(
    (column) => `${literal(column)}: ${cut(`${identifier(column)}::VARCHAR`)}`,
  );
  const row = `{'file': source_file, 'row': file_row_number, 'values': {${list(shown)}}}`;
  return `SELECT reject_reason AS reason, min(${row}, ${most}) AS examples FROM ${parquet([path])} GROUP BY reject_reason ORDER BY reject_reason`;
}
