import fc from 'fast-check';
import { type Columns, few, providersColumns, ratesColumns } from './arbitrary-columns.js';
import type { RandomPair } from './arbitrary-pair.js';
import { arbitraryTable } from './arbitrary-table.js';

/** Several payers that nothing but their names tells apart. */
export const payersOf = {
  one: ['Acme Health', 'ACME HEALTH', 'acme-health!'],
  other: ['Zeta', 'zeta', ' Zeta '],
} as const;

const everyPayer = [...payersOf.one, ...payersOf.other];

const months = ['2025-08-01', '2025-09-01', '20250815', null];

const ids = fc.oneof(few('int64', [7n, 8n, 772n, null]), few('text', ['7', '8', '772', '']));

/** Rates of which later loads bring the same keys again with other attributes, months and prices. */
function storyRates(names: readonly string[]): Columns {
  return {
    reporting_entity_name: few('text', names),
    last_updated_on: few('text', months),
    version: few('text', ['1.0.0', '1.0.0', null]),
    provider_reference_id: ids,
    billing_class: few('text', ['professional', null]),
    billing_code_type: few('text', ['CPT']),
    billing_code: few('text', ['99213', '99214', 'J0129']),
    negotiated_type: few('text', ['negotiated', ' ']),
    description: few('text', [null, '', 'Visit', 'visit', 'A visit']),
    name: few('text', [null, 'Office', ' ']),
    negotiated_rate: few('double', [100, 100.000_01, 100.000_02, 200], [Number.NaN]),
    expiration_date: few('text', ['9999-12-31', null]),
    service_codes: fc.oneof(
      few('list', [['11'], ['11', '02'], []]),
      few('text', ["['11']", '02;11', 'None']),
    ),
  };
}

function storyProviders(names: readonly string[]): Columns {
  return {
    reporting_entity_name: few('text', names),
    last_updated_on: few('text', months),
    version: few('text', ['1.0.0', '1.0.0', null]),
    provider_group_id: ids,
    npi: few('text', ['1111111111', '2222222222', '3333333333', '0', null]),
    tin_type: few('text', ['ein', 'npi', null, '']),
    tin_value: few('text', ['12-3456789', '98-7654321', '']),
  };
}

/** The input of one load among several that share most of their keys. */
export function arbitraryChapter(
  maxRows: number,
  names: readonly string[] = everyPayer,
): fc.Arbitrary<RandomPair> {
  return fc.record({
    rates: arbitraryTable(storyRates(names), maxRows),
    providers: arbitraryTable(storyProviders(names), maxRows / 2),
  });
}

/** The input of a load of any columns and types, of some payers only. */
export function arbitraryPairOf(names: readonly string[], maxRows: number): fc.Arbitrary<RandomPair> {
  const payer = { reporting_entity_name: few('text', names) };
  return fc.record({
    rates: arbitraryTable({ ...ratesColumns, ...payer }, maxRows),
    providers: arbitraryTable({ ...providersColumns, ...payer }, maxRows / 2),
  });
}
