import { partsOf } from './partition-sql.js';
import { dimensionNamed, identifier, list, literal, nonBlank, parquet, pathLiteral, sorts } from './sql.js';

/**
 * The SQL of what a load is told to have brought: how many facts its groups have, which groups have members, and rows that stand
 * for what is unusual.
 */

/** Characters of a text that are shown of it. */
const mostShown = 100;

const shown = (column: string): string =>
  `left(${identifier(column)}, ${mostShown}) AS ${identifier(column)}`;

export const makeGroupFacts = 'CREATE TEMP TABLE group_facts (pg_uid VARCHAR, facts BIGINT)';

const countIn = (facts: string): string =>
  `INSERT INTO group_facts SELECT pg_uid, count(*) FROM ${facts} GROUP BY pg_uid`;

/** Counts the facts of each group in a file of facts. */
export const countGroupFactsIn = (path: string): string => countIn(parquet([path]));

/** Counts the facts of each group that come in: without their keys where each tuple has its own. */
export const countIncomingGroupFacts = (tuplesHaveOwnKeys: boolean): string =>
  tuplesHaveOwnKeys
    ? `INSERT INTO group_facts SELECT pg_uid, facts FROM (SELECT context, provider, count(*) AS facts FROM tuple GROUP BY context, provider)
        JOIN rates_group USING (context, provider)`
    : countIn('incoming_fact_rate');

/** Unicode white space, where `\s` is only that of ASCII. */
const space = String.raw`[\s\x0B\x85\p{Z}]*`;

/** Whether a rate is a share of something, rather than a price. */
export const isPercentage = `coalesce(regexp_full_match(negotiated_type, ${literal(`${space}percentage${space}`)}, 'i'), false)`;

/** What makes a fact unusual, by the columns of a fact or of the dimension that it has them from (data contract, section 4). */
const unusual = {
  rate_zero: { of: 'fact', holds: 'negotiated_rate = 0' },
  rate_negative: { of: 'fact', holds: 'negotiated_rate < 0' },
  rate_huge: { of: 'fact', holds: 'negotiated_rate > 1000000' },
  rate_percentage: { of: 'context', holds: isPercentage },
  year_month_missing: { of: 'context', holds: `coalesce(year_month, '') = ''` },
  provider_id_missing: { of: 'provider', holds: `coalesce(provider_group_id_raw, '') = ''` },
} as const;

export type UnusualFact = keyof typeof unusual;

/** Whether a reason is one that makes a fact unusual. */
export function isUnusualFact(reason: string): reason is UnusualFact {
  return Object.hasOwn(unusual, reason);
}

const referred = ['context', 'code', 'provider'] as const;

/**
 * Of each reason the first code, in the order of codes, that has a fact for which it holds. Facts are looked at as references, so that
 * it takes no more than a look at each.
 */
export function findUnusualCodes(reasons: readonly UnusualFact[]): string {
  const flagsOf = (dimension: 'context' | 'provider') =>
    reasons
      .filter((reason) => unusual[reason].of === dimension)
      .map((reason) => `, ${unusual[reason].holds} AS ${reason}`)
      .join('');
  const facts = sorts.map(({ facts, wayOf }) => {
    const ways = referred.map((name) => ({ name, ...wayOf(dimensionNamed(name)) }));
    const references = ways.map(({ name }) => `${name}_way.ref AS ${name}`);
    const joins = ways.map(
      ({ name, way, from, by }) => `JOIN ${way} ${name}_way ON ${name}_way.${from} = ${by}`,
    );
    return `SELECT ${list(references)}, negotiated_rate FROM ${facts} ${list(joins, ' ')}`;
  });
  const first = reasons.map((reason) => {
    const holds = unusual[reason].of === 'fact' ? unusual[reason].holds : reason;
    return `arg_min(c.ref, c.place) FILTER (WHERE ${holds}) AS ${reason}`;
  });
  return `SELECT ${list(first)} FROM (${list(facts, ' UNION ALL ')}) f
    JOIN (SELECT ref, row_number() OVER (ORDER BY code_type, code) AS place FROM code) c ON c.ref = f.code
    JOIN (SELECT ref${flagsOf('context')} FROM context) x ON x.ref = f.context
    JOIN (SELECT ref${flagsOf('provider')} FROM provider) p ON p.ref = f.provider`;
}

const shownOfFacts = ['code_type', 'code', 'provider_group_id_raw', 'year_month', 'negotiated_type'];

/** A fact for which a reason holds, of those that are in view. */
export const selectUnusualFact = (reason: UnusualFact): string =>
  `SELECT fact_uid, ${list(shownOfFacts.map(shown))}, negotiated_rate FROM candidate_fact_rate
    WHERE ${unusual[reason].holds} ORDER BY pg_uid, pos_set_id, fact_uid, negotiated_rate LIMIT 1`;

const groupsOf = (table: string): string =>
  `SELECT pg_uid, min(payer_slug) AS payer_slug, min(provider_group_id_raw) AS provider_group_id_raw, min(version) AS version FROM ${table} GROUP BY pg_uid`;

const either = (column: string): string => `${nonBlank(`coalesce(r.${column}, p.${column})`)} AS ${column}`;

/** All groups of a load: whether rates and providers have them, whether they have members, and how many facts. */
export const collectLoadGroups = `CREATE TEMP TABLE load_group AS
  SELECT pg_uid, ${list(['payer_slug', 'provider_group_id_raw', 'version'].map(either))},
    r.payer_slug IS NOT NULL AS in_rates, p.payer_slug IS NOT NULL AS in_providers,
    coalesce(has_npi, false) AS has_npi, coalesce(has_tin, false) AS has_tin, coalesce(facts, 0) AS facts
  FROM (${groupsOf('rates_group')}) r FULL JOIN (${groupsOf('providers_group')}) p USING (pg_uid)
  LEFT JOIN (SELECT DISTINCT pg_uid, true AS has_npi FROM incoming_xref_pg_npi) USING (pg_uid)
  LEFT JOIN (SELECT DISTINCT pg_uid, true AS has_tin FROM incoming_xref_pg_tin) USING (pg_uid)
  LEFT JOIN (SELECT pg_uid, sum(facts)::BIGINT AS facts FROM group_facts GROUP BY pg_uid) USING (pg_uid)`;

const counts = {
  groups: 'count(*)',
  in_rates: 'count(*) FILTER (WHERE in_rates)',
  in_providers: 'count(*) FILTER (WHERE in_providers)',
  with_npi: 'count(*) FILTER (WHERE has_npi)',
  with_tin: 'count(*) FILTER (WHERE has_tin)',
  rates_without_providers: 'count(*) FILTER (WHERE NOT in_providers)',
  providers_without_rates: 'count(*) FILTER (WHERE NOT in_rates)',
  facts: 'coalesce(sum(facts), 0)::BIGINT',
  facts_with_npi: 'coalesce(sum(facts) FILTER (WHERE has_npi), 0)::BIGINT',
  facts_with_tin: 'coalesce(sum(facts) FILTER (WHERE has_tin), 0)::BIGINT',
} as const;

export type GroupCount = keyof typeof counts;

const isGroupCount = (name: string): name is GroupCount => Object.hasOwn(counts, name);

export const groupCounts = Object.keys(counts).filter(isGroupCount);

export const countLoadGroups = `SELECT ${list(Object.entries(counts).map(([name, count]) => `${count} AS ${name}`))} FROM load_group`;

const incomplete = (reason: 'npi_missing' | 'tin_missing'): string =>
  `pg_uid IN (SELECT pg_uid FROM providers_group JOIN staged_incomplete_group USING (group_id) WHERE ${reason})`;

/** What is worth a look in a group. */
const remarkable = {
  rates_without_providers: 'NOT in_providers',
  providers_without_rates: 'NOT in_rates',
  npi_missing: incomplete('npi_missing'),
  tin_missing: incomplete('tin_missing'),
  groups_gained_members: 'pg_uid IN (SELECT pg_uid FROM gaining_group)',
} as const;

export type RemarkableGroup = keyof typeof remarkable;

/** Whether a reason is one that makes a group remarkable. */
export function isRemarkableGroup(reason: string): reason is RemarkableGroup {
  return Object.hasOwn(remarkable, reason);
}

/** The first group of the load for which a reason holds. */
export const selectRemarkableGroup = (reason: RemarkableGroup): string =>
  `SELECT pg_uid, ${list(['payer_slug', 'provider_group_id_raw', 'version'].map(shown))} FROM load_group
    WHERE ${remarkable[reason]} ORDER BY payer_slug, provider_group_id_raw NULLS FIRST, version NULLS FIRST, pg_uid LIMIT 1`;

/** What a reject is known by, and all that one can be rejected for. */
export const shownOfRejects = {
  rates: [
    'reporting_entity_name',
    'billing_code_type',
    'billing_code',
    'negotiated_rate',
    'provider_reference_id',
  ],
  providers: ['reporting_entity_name', 'provider_group_id', 'provider_reference_id', 'npi', 'tin_value'],
} as const;

/** Of each reason the first row that is rejected for it, in a file of rejects. */
export const selectRejects = (source: keyof typeof shownOfRejects, path: string): string =>
  `SELECT reject_reason, source_file, file_row_number, ${list(shownOfRejects[source].map(shown))} FROM ${parquet([path])}
    SEMI JOIN (SELECT reject_reason AS reason, min({'file': source_file, 'row': file_row_number}) AS first FROM ${parquet([path])} GROUP BY reject_reason)
    ON reject_reason = reason AND source_file = first.file AND file_row_number = first.row
    ORDER BY reject_reason`;

/** Shows whoever wants to look at them the rows that were rejected for a reason. */
export const selectRejected = (path: string, reason: string): string =>
  `SELECT * FROM ${pathLiteral(path)} WHERE reject_reason = ${literal(reason)}`;

/** Shows the row of an output that stands for others. */
export const selectFact = (path: string, uid: string): string =>
  `SELECT * FROM ${pathLiteral(path)} WHERE fact_uid = ${literal(uid)}`;

export const selectPartFact = (dataset: string, uid: string): string =>
  `SELECT * FROM ${partsOf(dataset)} WHERE fact_uid = ${literal(uid)}`;

export const selectGroup = (path: string, uid: string): string =>
  `SELECT * FROM ${pathLiteral(path)} WHERE pg_uid = ${literal(uid)}`;

/** The same in a table of a catalog, for Spark. */
export const selectFromCatalog = (table: string, key: 'fact_uid' | 'pg_uid', uid: string): string =>
  `SELECT * FROM ${table
    .split('.')
    .map((part) => `\`${part}\``)
    .join('.')} WHERE ${key} = ${literal(uid)}`;

/** The same of parquet files at an address, as Spark has it. */
export const selectAt = (address: string, key: 'fact_uid' | 'pg_uid', uid: string): string =>
  `SELECT * FROM parquet.\`${address.replaceAll('`', '``')}\` WHERE ${key} = ${literal(uid)}`;
