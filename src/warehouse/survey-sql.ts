import type { Dialect } from './dialect.js';
import { distinctRows } from './keys-sql.js';
import { hasNpi, hasTin, unusualRates } from './rules.js';

/** What a load is told to have brought: how many groups and facts, and a row for what is unusual. */

const groupsOf = (view: string): string =>
  `SELECT pg_uid, min(payer_slug) AS payer_slug, min(provider_group_id_raw) AS provider_group_id_raw, min(version) AS version
    FROM ${distinctRows('pg_uid, payer_slug, provider_group_id_raw, version', view)} GROUP BY pg_uid`;

const either = (column: string): string => `nullif(coalesce(r.${column}, p.${column}), '') AS ${column}`;

/** All groups of a load: whether rates and providers have them, whether they have members, and how many facts. */
export const loadGroups = (
  rates: string,
  providers: string,
): string => `SELECT coalesce(r.pg_uid, p.pg_uid) AS pg_uid,
    ${['payer_slug', 'provider_group_id_raw', 'version'].map(either).join(', ')},
    r.pg_uid IS NOT NULL AS in_rates, p.pg_uid IS NOT NULL AS in_providers,
    n.pg_uid IS NOT NULL AS has_npi, t.pg_uid IS NOT NULL AS has_tin, coalesce(f.facts, 0) AS facts
  FROM (${groupsOf(rates)}) r FULL OUTER JOIN (${groupsOf(providers)}) p ON r.pg_uid = p.pg_uid
  LEFT JOIN (SELECT DISTINCT pg_uid FROM incoming_xref_pg_npi) n ON n.pg_uid = coalesce(r.pg_uid, p.pg_uid)
  LEFT JOIN (SELECT DISTINCT pg_uid FROM incoming_xref_pg_tin) t ON t.pg_uid = coalesce(r.pg_uid, p.pg_uid)
  LEFT JOIN (SELECT pg_uid, count(*) AS facts FROM incoming_fact_rate GROUP BY pg_uid) f ON f.pg_uid = coalesce(r.pg_uid, p.pg_uid)`;

export function countGroups(sql: Dialect, groups: string): string {
  const facts = (condition: string) => `coalesce(sum(CASE WHEN ${condition} THEN facts ELSE 0 END), 0)`;
  return `SELECT count(*) AS groups, ${sql.countIf('in_rates')} AS in_rates, ${sql.countIf('in_providers')} AS in_providers,
    ${sql.countIf('has_npi')} AS with_npi, ${sql.countIf('has_tin')} AS with_tin,
    ${sql.countIf('NOT in_providers')} AS rates_without_providers, ${sql.countIf('NOT in_rates')} AS providers_without_rates,
    ${facts('true')} AS facts, ${facts('has_npi')} AS facts_with_npi, ${facts('has_tin')} AS facts_with_tin FROM ${groups}`;
}

/** Characters of a text that are shown of it. */
const mostShown = 100;

const shown = (sql: Dialect, columns: readonly string[]): string =>
  columns.map((column) => `${sql.slice(column, '1', String(mostShown))} AS ${column}`).join(', ');

/** A fact for which a reason of {@link unusualRates} holds, the first by its code; facts have blanks as null. */
export function unusualFact(sql: Dialect, reason: string): string | null {
  const holds = unusualRates(sql)[reason];
  if (holds === undefined) return null;
  const columns = ['code_type', 'code', 'provider_group_id_raw', 'year_month', 'negotiated_type'];
  const blanks = columns.slice(2).map((column) => `coalesce(${column}, '') AS ${column}`);
  const found = `SELECT fact_uid FROM (SELECT fact_uid, negotiated_rate, code_type, code, pg_uid, pos_set_id, ${blanks.join(', ')} FROM incoming_fact_rate)
    WHERE ${holds} ORDER BY code_type, code, pg_uid, pos_set_id, fact_uid LIMIT 1`;
  return `SELECT fact_uid, ${shown(sql, columns)}, negotiated_rate FROM incoming_fact_rate WHERE fact_uid IN (${found})`;
}

/** The first group of a load for which a reason holds; null where the reason is none of groups. */
export function remarkableGroup(
  sql: Dialect,
  reason: string,
  providers: string,
  groups: string,
): string | null {
  const incomplete = (condition: string) =>
    `pg_uid IN (SELECT pg_uid FROM ${providers} WHERE NOT (${condition}))`;
  const conditions: Readonly<Record<string, string>> = {
    rates_without_providers: 'NOT in_providers',
    providers_without_rates: 'NOT in_rates',
    npi_missing: incomplete(hasNpi),
    tin_missing: incomplete(hasTin),
    groups_gained_members: 'pg_uid IN (SELECT pg_uid FROM gaining_group)',
  };
  const holds = conditions[reason];
  if (holds === undefined) return null;
  return `SELECT pg_uid, ${shown(sql, ['payer_slug', 'provider_group_id_raw', 'version'])} FROM ${groups} WHERE ${holds}
    ORDER BY payer_slug, provider_group_id_raw NULLS FIRST, version NULLS FIRST, pg_uid LIMIT 1`;
}
