import { factUid, identifier, literal } from '../load/sql.js';
import type { CheckName } from '../tables/checks.js';
import { type Table, type TableName, tableNamed } from '../tables/tables.js';
import {
  anyCode,
  arrangements,
  billingClasses,
  codeShapes,
  negotiatedTypes,
  placesOfService,
  tinTypes,
} from './cms-lists.js';
import type { ValidationRules } from './rules.js';

/** All SQL text of the checks, over the views `existing_<table>` of `src/load/sql.ts`. */

/** Rows that a check looks for: when a row is one of them, and what an example shows beside the key, by name. */
interface Offence {
  readonly where: string;
  readonly shows?: Readonly<Record<string, string>>;
}

type Offences = Readonly<Partial<Record<CheckName, Offence>>>;

const mostExamples = 3;
const longestExample = 200;

const view = (name: TableName): string => identifier(`existing_${name}`);

const list = (values: readonly string[]): string => `(${values.map(literal).join(', ')})`;

const columns = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, identifier(name)]));

const notOneOf = (column: string, values: readonly string[]): Offence => ({
  where: `${column} NOT IN ${list(values)}`,
  shows: columns(column),
});

const notLike = (column: string, shape: string): Offence => ({
  where: `NOT regexp_full_match(${column}, ${literal(shape)})`,
  shows: columns(column),
});

/** Keys of a row made anew from its own columns (data contract, section 3); blanks are empty, as `concat` has it. */
const keysAgain = {
  fact_rate: factUid,
  dim_provider_group: `md5(concat(payer_slug, '|', version, '|', provider_group_id_raw, '|'))`,
  dim_pos_set: (empty: string) =>
    `md5(CASE WHEN len(pos_members) = 0 THEN ${literal(empty)} ELSE array_to_string(pos_members, '|') END)`,
};

const hasOddCode = Object.entries(codeShapes)
  .flatMap(([type, shape]) =>
    shape === null ? [] : [`WHEN ${literal(type)} THEN NOT regexp_full_match(code, ${literal(shape)})`],
  )
  .join(' ');

/**
 * Ten digits of which the last is right: the Luhn check over the digits behind the prefix 80840, whose own share of the sum
 * is 24. Every other digit, from the first, counts twice, and of what is then over 9 its digits are added up.
 */
function isNoNpi(column: string): string {
  const shares = Array.from({ length: 10 }, (_, index) => {
    const digit = `(TRY_CAST(${column} AS BIGINT) // ${10 ** (9 - index)} % 10)`;
    return index % 2 === 0 ? `(2 * ${digit} - CASE WHEN ${digit} > 4 THEN 9 ELSE 0 END)` : digit;
  });
  return `CASE WHEN regexp_full_match(${column}, '[12][0-9]{9}') THEN (24 + ${shares.join(' + ')}) % 10 <> 0 ELSE ${column} IS NOT NULL END`;
}

const slug = notLike('payer_slug', '[a-z0-9]+(-[a-z0-9]+)*');

const unknownPlaces = `list_filter(pos_members, lambda place: place NOT IN ${list([...placesOfService, anyCode])})`;

/** The rows that each check looks for, table by table, of checks that look at a row by itself. */
const rowOffences: Readonly<Record<TableName, (rules: ValidationRules) => Offences>> = {
  dim_code: () => ({
    code_type_unknown: notOneOf('code_type', Object.keys(codeShapes)),
    code_malformed: { where: `code <> ${literal(anyCode)} AND CASE code_type ${hasOddCode} ELSE false END` },
  }),
  dim_payer: () => ({ payer_slug_malformed: slug }),
  dim_provider_group: ({ providerGroupScope }) => ({
    // the month that is part of the key under `month` is no column
    ...(providerGroupScope === 'payer' && {
      key_wrong: { where: `pg_uid <> ${keysAgain.dim_provider_group}` },
    }),
    payer_slug_malformed: slug,
  }),
  dim_pos_set: ({ emptyPosSet }) => ({
    key_wrong: {
      where: `pos_set_id IS DISTINCT FROM ${keysAgain.dim_pos_set(emptyPosSet)}`,
      shows: columns('pos_members'),
    },
    pos_unknown: { where: `len(${unknownPlaces}) > 0`, shows: { unknown: unknownPlaces } },
  }),
  xref_pg_npi: () => ({ npi_invalid: { where: isNoNpi('npi') } }),
  xref_pg_tin: () => ({
    npi_invalid: { where: `tin_type = 'npi' AND ${isNoNpi('tin_value')}` },
    ein_malformed: { where: `tin_type = 'ein' AND NOT regexp_full_match(tin_value, '[0-9]{2}-?[0-9]{7}')` },
    tin_type_unknown: notOneOf('tin_type', tinTypes),
  }),
  fact_rate: ({ maxRate, maxPercentage }) => {
    const rate = columns('negotiated_rate');
    const finite = 'isfinite(negotiated_rate)';
    return {
      key_wrong: { where: `fact_uid <> ${keysAgain.fact_rate}` },
      state_malformed: {
        where: `NOT coalesce(regexp_full_match(state, '[A-Z]{2}'), false)`,
        shows: columns('state'),
      },
      year_month_missing: { where: 'year_month IS NULL' },
      year_month_malformed: notLike('year_month', '20[0-9]{2}-(0[1-9]|1[0-2])'),
      rate_unusable: {
        where: `NOT coalesce(${finite} AND abs(negotiated_rate) < 1e15, false)`,
        shows: rate,
      },
      rate_zero: { where: 'negotiated_rate = 0' },
      rate_negative: { where: `${finite} AND negotiated_rate < 0`, shows: rate },
      rate_huge: { where: `${finite} AND negotiated_rate > ${maxRate}`, shows: rate },
      percentage_out_of_range: {
        where: `lower(trim(negotiated_type)) = 'percentage' AND ${finite} AND (negotiated_rate < 0 OR negotiated_rate > ${maxPercentage})`,
        shows: rate,
      },
      billing_class_unknown: notOneOf('billing_class', billingClasses),
      negotiated_type_unknown: notOneOf('negotiated_type', negotiatedTypes),
      arrangement_unknown: notOneOf('negotiation_arrangement', arrangements),
    };
  },
};

/** What is looked for in the rows of a table. */
export function offencesOf({ name, key }: Table, rules: ValidationRules): Offences {
  const missing = key.map((column) => `${identifier(column)} IS NULL`).join(' OR ');
  return { key_missing: { where: missing }, ...rowOffences[name](rules) };
}

/** Finds as a struct: how many rows, and a few of them as texts, those with the smallest keys. */
function found(rows: string, shown: Readonly<Record<string, string>>, filter = ''): string {
  const names = Object.keys(shown);
  const example = names.map((name) => `${literal(name)}: ${shown[name]}`).join(', ');
  const texts = names.map(
    (name) => `${literal(name)}: left(CAST(x[${literal(name)}] AS VARCHAR), ${longestExample})`,
  );
  return `{'rows': ${rows}${filter}, 'examples': [{${texts.join(', ')}} for x in min({${example}}, ${mostExamples})${filter}]}`;
}

/**
 * One look at all rows of a table: a column for each check, with what it found. Every column of the table is read, so that
 * damage anywhere comes to light.
 */
export function scanRows(table: Table, offences: readonly (readonly [CheckName, Offence])[]): string {
  const read = table.columns.map(({ name }) => `count(${identifier(name)})`).join(' + ');
  const conditions = offences.map(([check, { where }]) => `, (${where}) AS ${identifier(check)}`).join('');
  const finds = offences.map(([check, { shows }]) => {
    const shown = { ...columns(...table.key), ...shows };
    return `, ${found('count(*)', shown, ` FILTER (WHERE ${identifier(check)})`)} AS ${identifier(check)}`;
  });
  return `SELECT count(*) AS rows, ${read} AS values${finds.join('')} FROM (SELECT *${conditions} FROM ${view(table.name)})`;
}

/**
 * Rows that share their key. Keys are grouped by a number that is made of them, which takes a fraction of the memory, and then
 * by themselves where two have the same number. Both groupings spill to disk.
 */
export function findDuplicates(table: Table): string {
  const key = table.key.map(identifier).join(', ');
  const isWhole = table.key.map((column) => `${identifier(column)} IS NOT NULL`).join(' AND ');
  const alike = `SELECT hash(${key}) AS number FROM ${view(table.name)} GROUP BY number HAVING count(*) > 1`;
  const shown = { ...columns(...table.key), rows: 'rows' };
  return `SELECT ${found('sum(rows)', shown)} AS key_duplicate FROM (
    SELECT ${key}, count(*) AS rows FROM ${view(table.name)}
    WHERE hash(${key}) IN (${alike}) AND ${isWhole} GROUP BY ${key} HAVING count(*) > 1)`;
}

/** A reference by the key of a table; `check` finds what leads nowhere. */
export interface Reference {
  readonly from: TableName;
  readonly to: TableName;
  readonly check: CheckName;
}

const referred = (from: TableName, to: TableName): string => identifier(`${from}_to_${to}`);

const keyOf = (name: TableName): string => tableNamed(name).key.map(identifier).join(', ');

/** What rows of a table refer to, each once, with the number of those rows: as small as the table referred to. */
export const collectReferred = ({ from, to }: Reference): string =>
  `CREATE TEMP TABLE ${referred(from, to)} AS SELECT ${keyOf(to)}, count(*) AS rows FROM ${view(from)} GROUP BY ${keyOf(to)}`;

/** Rows that refer to what is not there. */
export function findUnresolved({ from, to, check }: Reference): string {
  const shown = { ...columns(...tableNamed(to).key), rows: 'rows' };
  return `SELECT ${found('sum(rows)', shown)} AS ${identifier(check)} FROM ${referred(from, to)} ANTI JOIN ${view(to)} USING (${keyOf(to)})`;
}

/** Rows of a table that none of some others refers to. */
export function findUnreferred(check: CheckName, to: TableName, from: readonly TableName[]): string {
  const joins = from.map((name) => `ANTI JOIN ${referred(name, to)} USING (${keyOf(to)})`);
  const shown = columns(
    ...tableNamed(to)
      .columns.filter(({ type }) => type === 'VARCHAR')
      .map(({ name }) => name),
  );
  return `SELECT ${found('count(*)', shown)} AS ${identifier(check)} FROM ${view(to)} ${joins.join(' ')}`;
}

/**
 * Groups that are one but for the month in their key, and have other members in another month. Only
 * `provider_group_scope: month` keeps the members of months apart.
 */
export function findChangedGroups(): string {
  const shown = { ...columns('payer_slug', 'version', 'provider_group_id_raw'), months: 'months' };
  return `WITH member AS (
      SELECT pg_uid, hash('npi', npi) AS member FROM ${view('xref_pg_npi')}
      UNION ALL SELECT pg_uid, hash('tin', tin_value) FROM ${view('xref_pg_tin')}),
    membership AS (SELECT pg_uid, bit_xor(member) AS members FROM member GROUP BY pg_uid)
    SELECT ${found('count(*)', shown)} AS group_members_changed FROM (
      SELECT payer_slug, version, provider_group_id_raw, count(*) AS months FROM ${view('dim_provider_group')} JOIN membership USING (pg_uid)
      GROUP BY payer_slug, version, provider_group_id_raw HAVING min(members) <> max(members))`;
}
