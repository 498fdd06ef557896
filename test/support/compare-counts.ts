import type { TableSummary } from '../../src/pipeline/summary.js';
import type { OutputRow, TableName, Tables } from '../model/tables.js';
import { tableNames } from '../model/tables.js';

export type Counts = Pick<TableSummary, 'inserted' | 'filled' | 'kept' | 'removed' | 'total'>;

type Rows = ReadonlyMap<string, OutputRow>;

/** What a summary must say of each table, told from its rows before and after the load. */
export function countsOf(before: Tables, after: Tables, replacing: Rows | null): Record<TableName, Counts> {
  const counts = (name: TableName) =>
    name === 'fact_rate' && replacing
      ? replacedCounts(before[name], after[name], replacing)
      : upsertedCounts(before[name], after[name]);
  return {
    dim_code: counts('dim_code'),
    dim_payer: counts('dim_payer'),
    dim_provider_group: counts('dim_provider_group'),
    dim_pos_set: counts('dim_pos_set'),
    xref_pg_npi: counts('xref_pg_npi'),
    xref_pg_tin: counts('xref_pg_tin'),
    fact_rate: counts('fact_rate'),
  };
}

/** What a summary does say of each table. */
export function countsIn(tables: Readonly<Record<string, TableSummary>>): Record<string, Counts> {
  const entries = tableNames.map((name) => {
    const summary = tables[name];
    if (!summary) throw new RangeError(`the summary says nothing of ${name}`);
    const { inserted, filled, kept, removed, total } = summary;
    return [name, { inserted, filled, kept, removed, total }] as const;
  });
  return Object.fromEntries(entries);
}

function upsertedCounts(before: Rows, after: Rows): Counts {
  const changed = [...before].filter(([key, row]) => !isSame(row, after.get(key))).length;
  return {
    inserted: after.size - before.size,
    filled: changed,
    kept: before.size - changed,
    removed: 0,
    total: after.size,
  };
}

/** The facts that come in are inserted, also where they take the place of one that was there. */
function replacedCounts(before: Rows, after: Rows, incoming: Rows): Counts {
  const slices = new Set([...incoming.values()].map(sliceOf));
  const removed = [...before.values()].filter((row) => slices.has(sliceOf(row))).length;
  return {
    inserted: incoming.size,
    filled: 0,
    kept: before.size - removed,
    removed,
    total: after.size,
  };
}

function sliceOf(fact: OutputRow): string {
  return JSON.stringify([fact['state'], fact['payer_slug'], fact['year_month']]);
}

function isSame(left: OutputRow, right: OutputRow | undefined): boolean {
  return right !== undefined && Object.keys(left).every((name) => isEqual(left[name], right[name]));
}

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
