import { apportion } from './apportion.js';
import type { Group } from './groups.js';
import { makeEin, makeNpi } from './npi.js';
import { pickBelow, pickFactor, type Random } from './random.js';

/** One member of a group. */
export interface ProviderRow {
  readonly provider_group_id: number;
  /** Ten digits, or `0` where only the tax number is published. */
  readonly npi: string;
  readonly tin_type: 'ein' | 'npi';
  /** Nine digits of an EIN, or the member's own NPI; blank in a few rows. */
  readonly tin_value: string | null;
  readonly network_name: string;
}

const sizeSpread = 0.9;
const chances = { repeated: 0.03, known: 0.08, taxNumberOnly: 0.02, ownNumber: 0.12, blankTaxNumber: 0.003 };

/** That many rows, group by group; each group has at least one. Small groups are many, large ones few. */
export function* makeProviders(
  random: Random,
  providers: number,
  groups: readonly Group[],
): Generator<ProviderRow> {
  const shares = apportion(
    providers - groups.length,
    groups.map(() => pickFactor(random, sizeSpread)),
  );
  const known: string[] = [];
  for (const [index, group] of groups.entries()) {
    const ein = makeEin(random);
    let previous: ProviderRow | undefined;
    for (let row = 0; row <= (shares[index] ?? 0); row++) {
      if (previous === undefined || random() >= chances.repeated) {
        // some people belong to several groups
        const met = random() < chances.known ? known[pickBelow(random, known.length)] : undefined;
        const npi = met ?? makeNpi(random);
        known.push(npi);
        previous = makeMember(random, group.id, npi, ein);
      }
      yield previous;
    }
  }
}

function makeMember(random: Random, groupId: number, npi: string, ein: string): ProviderRow {
  const ownNumber = random() < chances.ownNumber;
  const taxNumber = ownNumber ? npi : ein;
  return {
    provider_group_id: groupId,
    npi: !ownNumber && random() < chances.taxNumberOnly ? '0' : npi,
    tin_type: ownNumber ? 'npi' : 'ein',
    tin_value: random() < chances.blankTaxNumber ? null : taxNumber,
    network_name: 'Statewide Network',
  };
}
