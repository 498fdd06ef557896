import fc from 'fast-check';
import { date, type InputValue, type TimestampValue, timestamp } from '../model/input-value.js';
import {
  badRates,
  badRateTexts,
  decimalIds,
  decimalRates,
  doubleIds,
  goodRates,
  goodRateTexts,
  textIds,
  wholeIds,
} from './arbitrary-number.js';
import {
  blanks,
  entityNames,
  namelessNames,
  oddText,
  serviceLists,
  serviceTexts,
  updateTexts,
} from './arbitrary-text.js';
import type { StoredType } from './fixture.js';

/** A column of a random table: how it is stored, and the few values it holds. */
export interface RandomColumn {
  readonly stored: StoredType;
  readonly values: readonly InputValue[];
}

/** Columns by name; one that may be absent may be drawn as undefined. */
export type Columns = Readonly<Record<string, fc.Arbitrary<RandomColumn | undefined>>>;

/** A column of few distinct values, most of them usual: keys are to meet. */
export function few(
  stored: StoredType,
  usual: readonly InputValue[],
  odd: readonly InputValue[] = [],
): fc.Arbitrary<RandomColumn> {
  const some = fc.array(fc.constantFrom(...usual), { minLength: 1, maxLength: 4 });
  const rare = odd.length > 0 ? fc.array(fc.constantFrom(...odd), { maxLength: 2 }) : fc.constant([]);
  return fc.tuple(some, rare).map(([values, oddOnes]) => ({
    stored,
    values: [...values, ...values, ...values, ...oddOnes],
  }));
}

const allNull: fc.Arbitrary<RandomColumn> = fc.constant({ stored: 'null', values: [null] });

/** The column, or one that is null throughout, or none. */
function perhaps(column: fc.Arbitrary<RandomColumn>): fc.Arbitrary<RandomColumn | undefined> {
  return fc.oneof(
    { weight: 8, arbitrary: column },
    { weight: 1, arbitrary: allNull },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const text = (usual: readonly string[]) => few('text', usual, [...oddText, ...blanks]);

const afterMidnightInUtc = timestamp('2025-08-31T23:30:00-05:00');
const justBefore1970: TimestampValue = { kind: 'timestamp', micros: -1n };
const instants = [
  timestamp('2025-08-01T00:00:00Z'),
  timestamp('2025-08-31T23:59:59.999Z'),
  afterMidnightInUtc,
  justBefore1970,
  timestamp('9999-12-31T00:00:00Z'),
  null,
];
const days = [date('2025-08-01'), date('2025-08-31'), date('1969-12-31'), date('9999-12-31'), null];

const typedDays = [few('date', days), few('timestamp', instants), few('zoned timestamp', instants)];

const ids = fc.oneof(
  few('int64', wholeIds),
  few('int32', [772n, 0n, 7n, null]),
  few('double', doubleIds),
  few('text', textIds, [...blanks, ...oddText]),
  ...decimalIds.map(({ stored, values }) => few(stored, [...values, null])),
);

const entityName = few('text', entityNames, namelessNames);

/** What both inputs tell of the payer. */
const publication: Columns = {
  reporting_entity_name: entityName,
  reporting_entity_type: perhaps(text(['insurer'])),
  last_updated_on: perhaps(fc.oneof(few('text', updateTexts), few('text', updateTexts), ...typedDays)),
  version: perhaps(text(['1.0.0', '1.0.1', 'v2'])),
};

/** Every column of rates in every type that it may have. */
export const ratesColumns: Columns = {
  ...publication,
  provider_reference_id: ids,
  provider_group_id: fc.option(ids, { nil: undefined }),
  billing_class: perhaps(text(['professional', 'institutional'])),
  billing_code_type: text(['CPT', 'HCPCS', 'cpt']),
  billing_code: text(['99213', 'J0129', '99213 ', '0250']),
  negotiated_type: perhaps(
    text(['negotiated', 'percentage', 'Percentage', ' PERCENTAGE ', 'percentage\u00a0']),
  ),
  negotiation_arrangement: perhaps(text(['ffs', 'bundle'])),
  description: perhaps(text(['Visit', 'visit', 'Another visit', ' Visit'])),
  name: perhaps(text(['Office', 'office', 'OFFICE'])),
  negotiated_rate: fc.oneof(
    few('double', goodRates, badRates),
    few('double', goodRates, badRates),
    few('text', goodRateTexts, badRateTexts),
    few('int64', [100n, 0n, -5n, 1_000_001n, 999_999_999_999_999n], [1_000_000_000_000_000n, null]),
    few('int32', [100n, 0n, -5n], [null]),
    ...decimalRates.map(({ stored, values }) => few(stored, values, [null])),
  ),
  expiration_date: perhaps(fc.oneof(text(['9999-12-31', '12/31/9999', '2025-12-31']), ...typedDays)),
  service_codes: perhaps(fc.oneof(few('list', serviceLists), few('text', serviceTexts))),
};

/** Every column of providers in every type that it may have. */
export const providersColumns: Columns = {
  ...publication,
  provider_group_id: ids,
  provider_reference_id: fc.option(ids, { nil: undefined }),
  npi: fc.oneof(
    few('text', ['1234567890', '1987654321', '0', '00', ' 0'], [...blanks, ...oddText]),
    few('int64', [1_234_567_890n, 1_987_654_321n, 0n, null]),
    allNull,
  ),
  tin_type: perhaps(text(['ein', 'npi', 'EIN'])),
  tin_value: perhaps(text(['123456789', '12-3456789', '0'])),
};
