import { tableNamed } from '../tables/tables.js';
import { factUid, list, literal, type MergeRules, nonBlank, parquet, pgUid, posSetId } from './sql.js';

/** SQL text for chunks that are given back row by row, as a load would load them. */

const factColumns = tableNamed('fact_rate').columns.map(({ name }) => name);
const isKept = `reject_reason = ''`;

/**
 * Normalised rates under their keys, in the order of `row`: the columns of the facts, then the other columns of the
 * dimensions, blanks as null. A rejected row has no key.
 */
export function selectKeyedRates(path: string, rules: MergeRules): string {
  const keyed = `SELECT *, ${literal(rules.state)} AS state, ${posSetId(rules)}, ${pgUid(rules)} FROM ${parquet([path])}`;
  const hashed = `SELECT *, ${factUid} AS fact_uid FROM (${keyed})`;
  const columns = [
    ...factColumns,
    'version',
    'code_description',
    'code_name',
    'pos_members',
    'reject_reason',
  ];
  return selectRows(hashed, columns, ['fact_uid', 'pg_uid', 'pos_set_id']);
}

/** Normalised providers under the keys of their groups, in the order of `row`, likewise. */
export function selectKeyedProviders(path: string, rules: MergeRules): string {
  const columns = ['pg_uid', 'payer_slug', 'provider_group_id_raw', 'version', 'year_month'];
  const members = ['npi', 'tin_type', 'tin_value', 'reject_reason'];
  const keyed = `SELECT *, ${pgUid(rules)} FROM ${parquet([path])}`;
  return selectRows(keyed, [...columns, ...members], ['pg_uid']);
}

const notText = new Set(['negotiated_rate', 'pos_members']);

function selectRows(rows: string, columns: readonly string[], keys: readonly string[]): string {
  const shown = columns.map((column) => {
    if (keys.includes(column)) return `CASE WHEN ${isKept} THEN ${column} END AS ${column}`;
    return notText.has(column) ? column : `${nonBlank(column)} AS ${column}`;
  });
  return `SELECT ${list(shown)} FROM (${rows}) ORDER BY row`;
}
