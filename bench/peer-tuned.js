import {
  blankAsNull,
  contextColumns,
  factKey,
  groupKey,
  keyHead,
  keyTail,
  month,
  posSetKey,
  slug,
  state,
} from './contract-sql.js';
import { selectCodes } from './peer-naive.js';

/**
 * The best that one shot of SQL does: columns that do not change are left out, the rest is made distinct as it is
 * stored, keys are made on the small dimensions, and joined to what is distinct.
 */
export async function loadTuned(load, rates) {
  const { run, rows, write } = load;
  const varying = await makeContext(load, rates);
  const carried = varying.map((name) => `${contextColumns[name]} AS ${name}, `).join('');
  await run(`CREATE TABLE tuple AS SELECT DISTINCT ${carried}billing_code_type AS code_type, billing_code AS code,
    negotiated_rate AS rate, provider_reference_id AS id, coalesce(array_to_string(service_codes, '|'), '') AS services
    FROM ${rates}`);
  await run(`CREATE TABLE pos_set AS SELECT services, pos_members, ${posSetKey('pos_members')} AS pos_set_id FROM (
    SELECT services, CASE services WHEN '' THEN [] ELSE list_sort(list_distinct(string_split(services, '|'))) END AS pos_members
    FROM (SELECT DISTINCT services FROM tuple))`);
  const onContext = varying.map((name) => `tuple.${name} IS NOT DISTINCT FROM context.on_${name}`);
  const joinContext = `JOIN context ON ${onContext.join(' AND ') || 'true'}`;
  await run(`CREATE TABLE rates_group AS SELECT *, ${groupKey('payer_slug', 'version', 'provider_group_id_raw')} AS pg_uid
    FROM (SELECT DISTINCT payer, payer_slug, version, id, id::VARCHAR AS provider_group_id_raw FROM tuple ${joinContext})`);
  const facts = `SELECT ${factKey('head', 'code_type', 'code', 'pg_uid', 'pos_set_id', 'tail', 'rate', 'provider_group_id_raw')} AS fact_uid,
      '${state}' AS state, year_month, context.payer_slug, context.billing_class, code_type, code, pg_uid, pos_set_id,
      negotiated_type, negotiation_arrangement, rate AS negotiated_rate, expiration_date, provider_group_id_raw,
      reporting_entity_name
    FROM tuple ${joinContext} JOIN pos_set ON pos_set.services = tuple.services
    JOIN rates_group ON rates_group.payer = context.payer AND rates_group.id IS NOT DISTINCT FROM tuple.id`;
  const [{ own }] = await rows(tuplesHaveOwnKeys);
  await write('gold/fact_rate.parquet', own ? facts : `SELECT * FROM (${facts}) QUALIFY ${isFirstOfKey}`);
  await write('dims/dim_code.parquet', selectCodes(rates));
  await write(
    'dims/dim_payer.parquet',
    `SELECT payer_slug, min(reporting_entity_name) AS reporting_entity_name, min(version) AS version
      FROM context GROUP BY payer_slug`,
  );
  await write('dims/dim_pos_set.parquet', 'SELECT DISTINCT pos_set_id, pos_members FROM pos_set');
}

/** Makes the table of contexts, with the parts of keys that they give. Tells which of its columns vary. */
async function makeContext({ run, rows }, rates) {
  const names = Object.keys(contextColumns);
  const stored = Object.entries(contextColumns).map(([name, column]) => `${column} AS ${name}`);
  await run(`CREATE TABLE stored_context AS SELECT DISTINCT ${stored.join(', ')} FROM ${rates}`);
  const kinds = names.map((name) => `count(DISTINCT ${name}) + count(DISTINCT ${name} IS NULL) AS ${name}`);
  const [found] = await rows(`SELECT ${kinds.join(', ')} FROM stored_context`);
  const varying = names.filter((name) => Number(found[name]) > 2);
  await run(`CREATE TABLE context AS SELECT *, dense_rank() OVER (ORDER BY payer_slug, version) AS payer,
      ${keyHead('year_month', 'payer_slug', 'billing_class')} AS head,
      ${keyTail('negotiated_type', 'negotiation_arrangement', 'expiration_date')} AS tail
    FROM (SELECT ${varying.map((name) => `${name} AS on_${name}, `).join('')}
      ${blankAsNull('entity')} AS reporting_entity_name, ${slug('entity')} AS payer_slug,
      ${blankAsNull('stored_context.version')} AS version, ${month('updated')} AS year_month,
      ${blankAsNull('class')} AS billing_class, ${blankAsNull('type')} AS negotiated_type,
      ${blankAsNull('arrangement')} AS negotiation_arrangement, ${blankAsNull('expiry')} AS expiration_date
      FROM stored_context)`);
  return varying;
}

/** Two tuples share a key only if their sets or contexts come to the same, or their rates have more than four decimals. */
const tuplesHaveOwnKeys = `SELECT (SELECT count(*) = count(DISTINCT pos_set_id) FROM pos_set)
  AND (SELECT count(*) = count(DISTINCT (head, tail, version)) FROM context)
  AND (SELECT bool_and(rate = round(rate, 4) AND abs(rate) < 1e11) FROM tuple) AS own`;

const isFirstOfKey =
  'row_number() OVER (PARTITION BY fact_uid ORDER BY negotiated_rate, reporting_entity_name) = 1';
