import { blankAsNull, groupKey, slug } from './contract-sql.js';

/** Writes the groups of both sources and their members; expects the groups of rates as a view `rates_group`. */
export async function loadMembers({ run, write }, providers) {
  await run(`CREATE TABLE member AS
    SELECT *, ${groupKey('payer_slug', 'version', 'id')} AS pg_uid FROM (SELECT DISTINCT
      ${slug('reporting_entity_name')} AS payer_slug, ${blankAsNull('version')} AS version, provider_group_id::VARCHAR AS id,
      ${blankAsNull('npi')} AS npi, ${blankAsNull('tin_type')} AS tin_type, ${blankAsNull('tin_value')} AS tin_value
      FROM ${providers})`);
  await write(
    'dims/dim_provider_group.parquet',
    `SELECT pg_uid, payer_slug, provider_group_id_raw, version FROM rates_group
      UNION SELECT pg_uid, payer_slug, id, version FROM member`,
  );
  await write('xrefs/xref_pg_member_npi.parquet', `SELECT DISTINCT pg_uid, npi FROM member WHERE npi <> '0'`);
  await write(
    'xrefs/xref_pg_member_tin.parquet',
    'SELECT pg_uid, min(tin_type) AS tin_type, tin_value FROM member WHERE tin_value IS NOT NULL GROUP BY pg_uid, tin_value',
  );
}
