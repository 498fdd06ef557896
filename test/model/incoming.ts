import type { ProvidersRow } from './providers-row.js';
import type { RatesRow } from './rates-row.js';
import type { OutputRow, TableName } from './tables.js';

export type DimensionName = Exclude<TableName, 'fact_rate'>;

/** The rows that accepted input rows send to each dimension and cross-reference, copies and all. */
export function incomingOf(
  rates: readonly RatesRow[],
  providers: readonly ProvidersRow[],
): Readonly<Record<DimensionName, readonly OutputRow[]>> {
  return {
    dim_code: rates.map((row) => ({
      code_type: row.codeType,
      code: row.code,
      code_description: orNull(row.codeDescription),
      code_name: orNull(row.codeName),
    })),
    dim_payer: rates.map((row) => ({
      payer_slug: row.payerSlug,
      reporting_entity_name: orNull(row.entityName),
      version: orNull(row.version),
    })),
    dim_provider_group: [...rates, ...providers].map((row) => ({
      pg_uid: row.pgUid,
      payer_slug: row.payerSlug,
      provider_group_id_raw: orNull(row.providerId),
      version: orNull(row.version),
    })),
    dim_pos_set: rates.map((row) => ({ pos_set_id: row.posSetId, pos_members: row.posMembers })),
    xref_pg_npi: providers
      .filter((row) => row.npi !== '')
      .map((row) => ({ pg_uid: row.pgUid, npi: row.npi })),
    xref_pg_tin: providers
      .filter((row) => row.tinValue !== '')
      .map((row) => ({ pg_uid: row.pgUid, tin_type: orNull(row.tinType), tin_value: row.tinValue })),
  };
}

/** Blank text as outputs hold it. */
export function orNull(text: string): string | null {
  return text === '' ? null : text;
}
