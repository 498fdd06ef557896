import { compareCodePoints } from './code-point-order.js';
import { orNull } from './incoming.js';
import type { RatesRow } from './rates-row.js';
import type { OutputRow } from './tables.js';
import { keyTextOf } from './tables.js';

/** The fact table after a load. */
export function upsertFacts(
  existing: ReadonlyMap<string, OutputRow>,
  rates: readonly RatesRow[],
  mode: 'upsert' | 'replace',
): ReadonlyMap<string, OutputRow> {
  const table = new Map(mode === 'replace' ? withoutReplaced(existing, rates) : existing);
  for (const row of winnersOf(rates)) {
    const fact = factOf(row);
    const key = keyTextOf('fact_rate', fact);
    if (!table.has(key)) table.set(key, fact);
  }
  return table;
}

/** The existing facts of each (state, payer, month) that the input does not hold. */
function withoutReplaced(
  existing: ReadonlyMap<string, OutputRow>,
  rates: readonly RatesRow[],
): [string, OutputRow][] {
  const replaced = new Set(rates.map((row) => partitionOf(factOf(row))));
  return [...existing].filter(([, fact]) => !replaced.has(partitionOf(fact)));
}

function partitionOf(fact: OutputRow): string {
  return JSON.stringify([fact['state'], fact['payer_slug'], fact['year_month']]);
}

/** One row for each fact_uid: the one with the smallest rate, then the smallest name of the payer. */
function winnersOf(rates: readonly RatesRow[]): Iterable<RatesRow> {
  const winners = new Map<string, RatesRow>();
  for (const row of rates) {
    const best = winners.get(row.factUid);
    if (!best || isBefore(row, best)) winners.set(row.factUid, row);
  }
  return winners.values();
}

function isBefore(left: RatesRow, right: RatesRow): boolean {
  if (left.rate !== right.rate) return left.rate < right.rate;
  // the smallest name is one that is there
  if (left.entityName === '' || right.entityName === '') return left.entityName !== '';
  return compareCodePoints(left.entityName, right.entityName) < 0;
}

function factOf(row: RatesRow): OutputRow {
  return {
    fact_uid: row.factUid,
    state: row.state,
    year_month: orNull(row.yearMonth),
    payer_slug: row.payerSlug,
    billing_class: orNull(row.billingClass),
    code_type: row.codeType,
    code: row.code,
    pg_uid: row.pgUid,
    pos_set_id: row.posSetId,
    negotiated_type: orNull(row.negotiatedType),
    negotiation_arrangement: orNull(row.negotiationArrangement),
    negotiated_rate: row.rate,
    expiration_date: orNull(row.expirationDate),
    provider_group_id_raw: orNull(row.providerId),
    reporting_entity_name: orNull(row.entityName),
  };
}
