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

/** The straightforward way: every column and every key of every row, and then distinct rows. */
export async function loadNaively({ run, write }, rates) {
  const context = Object.entries(contextColumns).map(([name, column]) => `${blankAsNull(column)} AS ${name}`);
  await run(`CREATE VIEW row AS SELECT *, ${posSetKey('pos_members')} AS pos_set_id,
      ${groupKey('payer_slug', 'version', 'id')} AS pg_uid
    FROM (SELECT ${context.join(', ')}, ${slug('reporting_entity_name')} AS payer_slug,
      ${month('last_updated_on')} AS year_month, billing_code_type AS code_type, billing_code AS code,
      provider_reference_id::VARCHAR AS id, negotiated_rate AS rate,
      coalesce(list_sort(list_distinct(service_codes)), []) AS pos_members FROM ${rates})`);
  const head = keyHead('year_month', 'payer_slug', 'class');
  const tail = keyTail('type', 'arrangement', 'expiry');
  await write(
    'gold/fact_rate.parquet',
    `SELECT DISTINCT ${factKey(head, 'code_type', 'code', 'pg_uid', 'pos_set_id', tail, 'rate', 'id')} AS fact_uid,
      '${state}' AS state, year_month, payer_slug, class AS billing_class, code_type, code, pg_uid, pos_set_id,
      type AS negotiated_type, arrangement AS negotiation_arrangement, rate AS negotiated_rate,
      expiry AS expiration_date, id AS provider_group_id_raw, entity AS reporting_entity_name FROM row`,
  );
  await write('dims/dim_code.parquet', selectCodes(rates));
  await write(
    'dims/dim_payer.parquet',
    'SELECT payer_slug, min(entity) AS reporting_entity_name, min(version) AS version FROM row GROUP BY payer_slug',
  );
  await write('dims/dim_pos_set.parquet', 'SELECT DISTINCT pos_set_id, pos_members FROM row');
  await run(
    'CREATE VIEW rates_group AS SELECT DISTINCT pg_uid, payer_slug, id AS provider_group_id_raw, version FROM row',
  );
}

/** The codes of rates, each with the smallest of its descriptions. */
export function selectCodes(rates) {
  const smallest = (column) => `min(${blankAsNull(column)})`;
  return `SELECT billing_code_type AS code_type, billing_code AS code, ${smallest('description')} AS code_description,
    ${smallest('name')} AS code_name FROM ${rates} GROUP BY billing_code_type, billing_code`;
}
