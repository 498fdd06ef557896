import { countGroupsGained } from './groups-gained.js';
import { incomingOf } from './incoming.js';
import type { InputRow } from './input-value.js';
import type { ProvidersReason, ProvidersRow } from './providers-row.js';
import { providersWarningsOf, readProvidersRow } from './providers-row.js';
import type { RatesReason, RatesRow } from './rates-row.js';
import { ratesWarningsOf, readRatesRow } from './rates-row.js';
import type { Settings } from './settings.js';
import { type Survey, surveyOf } from './survey.js';
import type { Tables } from './tables.js';
import { upsertDimension } from './upsert-dimension.js';
import { upsertFacts } from './upsert-facts.js';

export interface Input {
  readonly rates: readonly InputRow[];
  readonly providers: readonly InputRow[];
}

export interface Reject<Reason> {
  /** Counted from 0 over the rows given. */
  readonly row: number;
  readonly reason: Reason;
}

export interface Loaded {
  readonly tables: Tables;
  readonly rejects: {
    readonly rates: readonly Reject<RatesReason>[];
    readonly providers: readonly Reject<ProvidersReason>[];
  };
  /** Accepted rows by what is odd about them; what no row has is not in it. */
  readonly warnings: Readonly<Record<string, number>>;
  readonly groupsGainedMembers: number;
  readonly survey: Survey;
}

/** What the contract says that one load makes of the tables before it. */
export function loadModel(before: Tables, input: Input, settings: Settings): Loaded {
  const rates = split<RatesRow, RatesReason>(input.rates, (row) => readRatesRow(row, settings));
  const providers = split<ProvidersRow, ProvidersReason>(input.providers, (row) =>
    readProvidersRow(row, settings),
  );
  const incoming = incomingOf(rates.accepted, providers.accepted);
  const dimension = (name: keyof typeof incoming) =>
    upsertDimension(name, before[name], incoming[name], settings.dimensionConflict);
  const tables: Tables = {
    dim_code: dimension('dim_code'),
    dim_payer: dimension('dim_payer'),
    dim_provider_group: dimension('dim_provider_group'),
    dim_pos_set: dimension('dim_pos_set'),
    xref_pg_npi: dimension('xref_pg_npi'),
    xref_pg_tin: dimension('xref_pg_tin'),
    fact_rate: upsertFacts(before.fact_rate, rates.accepted, settings.mode),
  };
  return {
    tables,
    rejects: { rates: rates.rejects, providers: providers.rejects },
    warnings: countEach([
      ...rates.accepted.flatMap(ratesWarningsOf),
      ...providers.accepted.flatMap(providersWarningsOf),
    ]),
    // under the scope of a month the ids of two months cannot meet
    groupsGainedMembers: settings.providerGroupScope === 'payer' ? countGroupsGained(before, tables) : 0,
    survey: surveyOf(before, rates.accepted, providers.accepted, input.rates.length, settings.mode),
  };
}

function split<Row extends object, Reason extends string>(
  rows: readonly InputRow[],
  read: (row: InputRow) => Row | Reason,
): { accepted: Row[]; rejects: Reject<Reason>[] } {
  const accepted: Row[] = [];
  const rejects: Reject<Reason>[] = [];
  for (const [number, row] of rows.entries()) {
    const result = read(row);
    if (typeof result === 'string') rejects.push({ row: number, reason: result });
    else accepted.push(result);
  }
  return { accepted, rejects };
}

function countEach(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
