import type { ProvidersRow } from './providers-row.js';
import type { RatesRow } from './rates-row.js';
import { keyTextOf, type Tables } from './tables.js';

/** What a summary has to tell of a load beside its tables. */
export interface Survey {
  readonly balance: Readonly<
    Record<'read' | 'rejected' | 'duplicates' | 'already_there' | 'inserted', number>
  >;
  readonly groups: Readonly<Record<GroupCount, number>>;
}

type GroupCount =
  | 'total'
  | 'in_rates'
  | 'in_providers'
  | 'rates_without_providers'
  | 'providers_without_rates'
  | 'groups_with_npi'
  | 'groups_with_tin'
  | 'facts_with_npi'
  | 'facts_with_tin';

/** Counts accepted rows of a load, of which `read` were rates before some were rejected. */
export function surveyOf(
  before: Tables,
  rates: readonly RatesRow[],
  providers: readonly ProvidersRow[],
  read: number,
  mode: 'upsert' | 'replace',
): Survey {
  const groupOfFact = new Map(rates.map((row) => [row.factUid, row.pgUid]));
  const known = [...groupOfFact.keys()].filter((uid) =>
    before.fact_rate.has(keyTextOf('fact_rate', { fact_uid: uid })),
  );
  // what is replaced is not there any more
  const alreadyThere = mode === 'replace' ? 0 : known.length;
  const inRates = new Set(rates.map((row) => row.pgUid));
  const inProviders = new Set(providers.map((row) => row.pgUid));
  const withNpi = new Set(providers.filter((row) => row.npi !== '').map((row) => row.pgUid));
  const withTin = new Set(providers.filter((row) => row.tinValue !== '').map((row) => row.pgUid));
  const factsIn = (groups: ReadonlySet<string>) =>
    [...groupOfFact.values()].filter((group) => groups.has(group)).length;
  return {
    balance: {
      read,
      rejected: read - rates.length,
      duplicates: rates.length - groupOfFact.size,
      already_there: alreadyThere,
      inserted: groupOfFact.size - alreadyThere,
    },
    groups: {
      total: new Set([...inRates, ...inProviders]).size,
      in_rates: inRates.size,
      in_providers: inProviders.size,
      rates_without_providers: [...inRates].filter((group) => !inProviders.has(group)).length,
      providers_without_rates: [...inProviders].filter((group) => !inRates.has(group)).length,
      groups_with_npi: withNpi.size,
      groups_with_tin: withTin.size,
      facts_with_npi: factsIn(withNpi),
      facts_with_tin: factsIn(withTin),
    },
  };
}
