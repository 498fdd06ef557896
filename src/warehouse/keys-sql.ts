import { hashedWith } from '../tables/tables.js';
import type { Dialect } from './dialect.js';
import { withRateText } from './rate-text.js';
import { hasNpi, hasTin } from './rules.js';
import { emptyToNull } from './texts.js';

/** Keys, and the rows that come in for each table under them (data contract, sections 4 and 5). */

/** What keys are made of beside the columns of rows. */
export interface KeyRules {
  /** Upper case. */
  readonly state: string;
  readonly emptyPosSet: '' | 'none';
  readonly providerGroupScope: 'payer' | 'month';
}

const hashed = (sql: Dialect, parts: readonly string[]): string =>
  sql.md5(`concat_ws('|', ${parts.join(', ')})`);

function pgUid(sql: Dialect, { providerGroupScope }: KeyRules): string {
  const month = providerGroupScope === 'month' ? 'year_month' : `''`;
  return hashed(sql, ['payer_slug', 'version', 'provider_group_id_raw', month]);
}

function posSetId(sql: Dialect, { emptyPosSet }: KeyRules): string {
  return sql.md5(
    `CASE WHEN ${sql.isEmptyList('pos_members')} THEN ${sql.literal(emptyPosSet)} ELSE ${sql.join('pos_members', '|')} END`,
  );
}

/** Staged rates under the keys of their group and their set of service codes. */
export const keyedRates = (sql: Dialect, rates: string, rules: KeyRules): string =>
  `SELECT *, ${pgUid(sql, rules)} AS pg_uid, ${posSetId(sql, rules)} AS pos_set_id FROM ${sql.identifier(rates)}`;

/** Staged providers under the key of their group. */
export const keyedProviders = (sql: Dialect, providers: string, rules: KeyRules): string =>
  `SELECT *, ${pgUid(sql, rules)} AS pg_uid FROM ${sql.identifier(providers)}`;

/** What a fact has beside its key and its state, in the order in which facts of one key are compared; blank names come last. */
const compared = [
  'negotiated_rate',
  'has_no_name',
  'reporting_entity_name',
  'year_month',
  'payer_slug',
  'billing_class',
  'code_type',
  'code',
  'pg_uid',
  'pos_set_id',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
  'provider_group_id_raw',
];

const never = new Set(['negotiated_rate', 'payer_slug', 'code_type', 'code', 'pg_uid', 'pos_set_id']);

/** The facts of keyed rates: of several with one key the whole row with the smallest rate, then the smallest name. */
export function incomingFacts(sql: Dialect, keyedRates: string, { state }: KeyRules): string {
  const rows = withRateText(
    sql,
    `SELECT *, reporting_entity_name = '' AS has_no_name FROM ${sql.identifier(keyedRates)}`,
  );
  const uid = hashed(sql, hashedWith({ state: sql.literal(state), negotiated_rate: 'rate_text' }));
  const row = sql.row(Object.fromEntries(compared.map((column) => [column, column])));
  const values = compared
    .filter((column) => column !== 'has_no_name')
    .map((column) => {
      const value = sql.field('first_row', column);
      return `${never.has(column) ? value : emptyToNull(value)} AS ${sql.identifier(column)}`;
    });
  return `SELECT fact_uid, ${sql.literal(state)} AS state, ${values.join(', ')} FROM (
    SELECT fact_uid, min(fact_row) AS first_row FROM (SELECT ${uid} AS fact_uid, ${row} AS fact_row FROM (${rows})) GROUP BY fact_uid)`;
}

const smallest = (column: string): string => `min(${emptyToNull(column)}) AS ${column}`;

const groupColumns = 'pg_uid, payer_slug, provider_group_id_raw, version';

/**
 * Distinct rows, before the smallest of their texts are found: for these Spark sorts, and for distinct ones it hashes. The count, of which
 * nothing is made, is there because Spark would do without a plain DISTINCT below.
 */
export const distinctRows = (columns: string, rows: string): string =>
  `(SELECT ${columns} FROM ${rows} GROUP BY ${columns} HAVING count(*) > 0)`;

/** One row per key, blanks as null, for each dimension and cross-reference, from keyed rates and providers. */
export function incomingRows(sql: Dialect, keyedRates: string, keyedProviders: string) {
  const [rates, providers] = [sql.identifier(keyedRates), sql.identifier(keyedProviders)];
  return {
    dim_code: `SELECT code_type, code, ${smallest('code_description')}, ${smallest('code_name')}
      FROM ${distinctRows('code_type, code, code_description, code_name', rates)} GROUP BY code_type, code`,
    dim_payer: `SELECT payer_slug, ${smallest('reporting_entity_name')}, ${smallest('version')}
      FROM ${distinctRows('payer_slug, reporting_entity_name, version', rates)} GROUP BY payer_slug`,
    dim_provider_group: `SELECT pg_uid, min(payer_slug) AS payer_slug, ${smallest('provider_group_id_raw')}, ${smallest('version')}
      FROM (SELECT * FROM ${distinctRows(groupColumns, rates)} UNION ALL SELECT * FROM ${distinctRows(groupColumns, providers)}) GROUP BY pg_uid`,
    dim_pos_set: `SELECT pos_set_id, min(pos_members) AS pos_members FROM ${distinctRows('pos_set_id, pos_members', rates)} GROUP BY pos_set_id`,
    xref_pg_npi: `SELECT DISTINCT pg_uid, npi FROM ${providers} WHERE ${hasNpi}`,
    xref_pg_tin: `SELECT pg_uid, ${smallest('tin_type')}, tin_value FROM ${providers} WHERE ${hasTin} GROUP BY pg_uid, tin_value`,
  } as const;
}
