import type { InputRow } from '../../model/input-value.js';
import type { RandomPair } from '../../support/arbitrary-pair.js';
import { plainProvidersColumns, plainRatesColumns } from '../../support/fixture.js';

const common = { reporting_entity_name: 'Acme', version: '1.0.0', last_updated_on: '2025-08-01' };

/** A pair of which the codes, the month and whatever else is said of all rates. */
export function pairOf(
  codes: readonly string[],
  rate: InputRow = {},
  npis: readonly string[] = ['1111111111'],
): RandomPair {
  const rates = codes.map((billing_code, number) => ({
    ...common,
    ...{ billing_code_type: 'CPT', billing_code, negotiated_rate: 100 + number, provider_reference_id: 7n },
    ...{ service_codes: ['11', '02'] },
    ...rate,
  }));
  const members = npis.map((npi) => ({
    ...common,
    provider_group_id: 7n,
    npi,
    tin_type: 'ein',
    tin_value: '12-3456789',
  }));
  return {
    rates: { columns: plainRatesColumns, rows: rates },
    providers: { columns: plainProvidersColumns, rows: members },
  };
}
