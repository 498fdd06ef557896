import type { InputRow } from './input-value.js';
import { factUidOf, pgUidOf, posSetIdOf } from './keys.js';
import type { RateReason } from './parse-rate.js';
import { parseRate } from './parse-rate.js';
import { payerSlugOf } from './payer-slug.js';
import { posMembersOf } from './pos-members.js';
import { rateTextOf } from './rate-text.js';
import type { Settings } from './settings.js';
import { textOfScalar } from './text-of-scalar.js';
import { trimWhiteSpace } from './white-space.js';
import { yearMonthOf } from './year-month.js';

export type RatesReason = 'payer_missing' | 'code_type_missing' | 'code_missing' | RateReason;

/** An accepted row of rates with everything derived from it; blank text is the empty string. */
export interface RatesRow {
  readonly state: string;
  readonly yearMonth: string;
  readonly payerSlug: string;
  readonly entityName: string;
  readonly version: string;
  readonly providerId: string;
  readonly pgUid: string;
  readonly billingClass: string;
  readonly codeType: string;
  readonly code: string;
  readonly codeDescription: string;
  readonly codeName: string;
  readonly posMembers: readonly string[];
  readonly posSetId: string;
  readonly negotiatedType: string;
  readonly negotiationArrangement: string;
  readonly expirationDate: string;
  readonly rate: number;
  readonly factUid: string;
}

/** A row of rates as the tables take it, or the reason why they do not. */
export function readRatesRow(row: InputRow, settings: Settings): RatesRow | RatesReason {
  const text = (column: string): string => textOfScalar(row[column] ?? null);

  const entityName = text('reporting_entity_name');
  const payerSlug = settings.payerSlugOverride ?? payerSlugOf(entityName);
  const codeType = text('billing_code_type');
  const code = text('billing_code');
  const rate = parseRate(row['negotiated_rate'] ?? null);
  if (payerSlug === '') return 'payer_missing';
  if (codeType === '') return 'code_type_missing';
  if (code === '') return 'code_missing';
  if (typeof rate === 'string') return rate;

  const state = settings.state.toUpperCase();
  const version = text('version');
  const yearMonth = yearMonthOf(row['last_updated_on'] ?? null);
  const providerId = text('provider_reference_id') || text('provider_group_id');
  const month = settings.providerGroupScope === 'month' ? yearMonth : '';
  const pgUid = pgUidOf(payerSlug, version, providerId, month);
  const posMembers = posMembersOf(row['service_codes'] ?? null);
  const posSetId = posSetIdOf(posMembers, settings.emptyPosSet);
  const billingClass = text('billing_class');
  const negotiatedType = text('negotiated_type');
  const negotiationArrangement = text('negotiation_arrangement');
  const expirationDate = text('expiration_date');
  const factUid = factUidOf({
    state,
    yearMonth,
    payerSlug,
    billingClass,
    codeType,
    code,
    pgUid,
    posSetId,
    negotiatedType,
    negotiationArrangement,
    expirationDate,
    rateText: rateTextOf(rate),
    providerId,
  });
  return {
    state,
    yearMonth,
    payerSlug,
    entityName,
    version,
    providerId,
    pgUid,
    billingClass,
    codeType,
    code,
    codeDescription: text('description'),
    codeName: text('name'),
    posMembers,
    posSetId,
    negotiatedType,
    negotiationArrangement,
    expirationDate,
    rate,
    factUid,
  };
}

/** What is odd about an accepted row of rates. */
export function ratesWarningsOf(row: RatesRow): string[] {
  const warnings: string[] = [];
  if (row.yearMonth === '') warnings.push('year_month_missing');
  if (row.providerId === '') warnings.push('provider_id_missing');
  if (row.rate === 0) warnings.push('rate_zero');
  if (row.rate < 0) warnings.push('rate_negative');
  if (row.rate > 1_000_000) warnings.push('rate_huge');
  if (trimWhiteSpace(row.negotiatedType).toLowerCase() === 'percentage') warnings.push('rate_percentage');
  return warnings;
}
