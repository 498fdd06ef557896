import { attributesOf, type Table } from '../tables/tables.js';
import { identifier, list, type MergeRules, names, nonBlank, parquet } from './sql.js';

/**
 * The SQL text of what becomes of dimensions and cross-references. What is there may be far more than what comes in: joins
 * let it stream past a hash table of the rows that come in. The planner does so of itself, as it knows how many there are of both.
 */

export const smallest = (column: string): string => `min(${nonBlank(column)}) AS ${column}`;

/** What the staged chunks hold for a dimension or cross-reference: one row per key, blanks as null. */
const incomingRows: Readonly<Record<Exclude<Table['name'], 'fact_rate'>, string>> = {
  dim_code: `SELECT code_type, code, ${smallest('code_description')}, ${smallest('code_name')} FROM staged_code GROUP BY code_type, code`,
  dim_payer: `SELECT payer_slug, ${smallest('reporting_entity_name')}, ${smallest('version')} FROM context GROUP BY payer_slug`,
  dim_provider_group: `SELECT pg_uid, min(payer_slug) AS payer_slug, ${smallest('provider_group_id_raw')}, ${smallest('version')}
    FROM (SELECT pg_uid, payer_slug, provider_group_id_raw, version FROM rates_group
      UNION ALL SELECT pg_uid, payer_slug, provider_group_id_raw, version FROM providers_group) GROUP BY pg_uid`,
  dim_pos_set: 'SELECT pos_set_id, min(pos_members) AS pos_members FROM pos_set_key GROUP BY pos_set_id',
  xref_pg_npi: 'SELECT DISTINCT pg_uid, npi FROM staged_npi JOIN providers_group USING (group_id)',
  xref_pg_tin: `SELECT pg_uid, ${smallest('tin_type')}, tin_value FROM staged_tin JOIN providers_group USING (group_id) GROUP BY pg_uid, tin_value`,
};

export function collectIncoming({ name }: Table): string {
  if (name === 'fact_rate') throw new RangeError('facts come in through a view of their own');
  return `CREATE TEMP TABLE incoming_${name} AS ${incomingRows[name]}`;
}

function sameKey(table: Table): string {
  return list(
    table.key.map((column) => `i.${identifier(column)} = e.${identifier(column)}`),
    ' AND ',
  );
}

/** The rows that come in under a key that is not there yet. */
export const selectNew = (table: Table): string =>
  `SELECT ${names(table.columns)} FROM incoming_${table.name} i ANTI JOIN existing_${table.name} e ON ${sameKey(table)}`;

/** A view of those rows, from the file they were written to. */
export const viewNew = (table: Table, path: string): string =>
  `CREATE TEMP VIEW new_${table.name} AS SELECT ${names(table.columns)} FROM ${parquet([path])}`;

/** Rows there are, which the file's footer tells, and rows that come in. */
export const countRows = ({ name }: Table): string =>
  `SELECT (SELECT count(*) FROM existing_${name}) AS existing, (SELECT count(*) FROM incoming_${name}) AS incoming`;

/** Rows there are that get an attribute. Reads nothing where the footer says that every row has all of them. */
export function countFilled(table: Table, { dimensionConflict }: MergeRules): string {
  const gains = attributesOf(table).map(({ name }) => {
    const [incoming, existing] = [`i.${identifier(name)}`, `e.${identifier(name)}`];
    const isGained =
      dimensionConflict === 'update' ? `${incoming} IS DISTINCT FROM ${existing}` : `${existing} IS NULL`;
    return `(${incoming} IS NOT NULL AND ${isGained})`;
  });
  return `SELECT count(*) AS filled FROM existing_${table.name} e JOIN incoming_${table.name} i ON ${sameKey(table)} WHERE ${list(gains, ' OR ')}`;
}

const withNew = (table: Table, rows: string): string =>
  `${rows} UNION ALL SELECT ${names(table.columns)} FROM new_${table.name}`;

/** The rows there are as they are, and the new ones. */
export const selectExtended = (table: Table): string =>
  withNew(table, `SELECT ${names(table.columns)} FROM existing_${table.name}`);

/** The rows there are with the attributes that they get, and the new ones. */
export function selectFilled(table: Table, { dimensionConflict }: MergeRules): string {
  const [first, second] = dimensionConflict === 'update' ? ['i', 'e'] : ['e', 'i'];
  const values = table.columns.map((column) => {
    const name = identifier(column.name);
    return table.key.includes(column.name)
      ? `e.${name}`
      : `coalesce(${first}.${name}, ${second}.${name}) AS ${name}`;
  });
  const joined = `existing_${table.name} e LEFT JOIN incoming_${table.name} i ON ${sameKey(table)}`;
  return withNew(table, `SELECT ${list(values)} FROM ${joined}`);
}

/** The groups that had members before and get more of them. */
export const collectGainingGroups = `CREATE TEMP TABLE gaining_group AS
  WITH gained AS (SELECT pg_uid FROM new_xref_pg_npi UNION SELECT pg_uid FROM new_xref_pg_tin),
  had AS (SELECT pg_uid FROM existing_xref_pg_npi UNION ALL SELECT pg_uid FROM existing_xref_pg_tin)
  SELECT pg_uid FROM gained SEMI JOIN had USING (pg_uid)`;

export const countGainingGroups = 'SELECT count(*) AS groups FROM gaining_group';
