import type { InputRow } from './input-value.js';
import { pgUidOf } from './keys.js';
import { payerSlugOf } from './payer-slug.js';
import type { Settings } from './settings.js';
import { textOfScalar } from './text-of-scalar.js';
import { yearMonthOf } from './year-month.js';

export type ProvidersReason = 'payer_missing' | 'group_missing';

/** An accepted row of providers with everything derived from it; blank text is the empty string. */
export interface ProvidersRow {
  readonly payerSlug: string;
  readonly version: string;
  readonly providerId: string;
  readonly pgUid: string;
  /** Empty for the npi 0 too. */
  readonly npi: string;
  readonly tinType: string;
  readonly tinValue: string;
}

/** A row of providers as the tables take it, or the reason why they do not. */
export function readProvidersRow(row: InputRow, settings: Settings): ProvidersRow | ProvidersReason {
  const text = (column: string): string => textOfScalar(row[column] ?? null);

  const payerSlug = settings.payerSlugOverride ?? payerSlugOf(text('reporting_entity_name'));
  const providerId = text('provider_group_id') || text('provider_reference_id');
  if (payerSlug === '') return 'payer_missing';
  if (providerId === '') return 'group_missing';

  const version = text('version');
  const month = settings.providerGroupScope === 'month' ? yearMonthOf(row['last_updated_on'] ?? null) : '';
  const npi = text('npi');
  return {
    payerSlug,
    version,
    providerId,
    pgUid: pgUidOf(payerSlug, version, providerId, month),
    npi: npi === '0' ? '' : npi,
    tinType: text('tin_type'),
    tinValue: text('tin_value'),
  };
}

/** What is odd about an accepted row of providers. */
export function providersWarningsOf(row: ProvidersRow): string[] {
  const warnings: string[] = [];
  if (row.npi === '') warnings.push('npi_missing');
  if (row.tinValue === '') warnings.push('tin_missing');
  return warnings;
}
