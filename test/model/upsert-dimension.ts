import { smallerText } from './code-point-order.js';
import type { DimensionName } from './incoming.js';
import type { OutputRow, OutputValue } from './tables.js';
import { keyTextOf } from './tables.js';

/** A dimension or cross-reference after a load. */
export function upsertDimension(
  name: DimensionName,
  existing: ReadonlyMap<string, OutputRow>,
  incoming: readonly OutputRow[],
  conflict: 'fill' | 'update',
): ReadonlyMap<string, OutputRow> {
  const table = new Map(existing);
  for (const [key, row] of onePerKey(name, incoming)) {
    const old = table.get(key);
    if (!old) table.set(key, row);
    else
      table.set(key, conflict === 'fill' ? mergeRows(old, row, firstGiven) : mergeRows(row, old, firstGiven));
  }
  return table;
}

/** The incoming rows with those of one key made one: each attribute takes its smallest non-blank value. */
function onePerKey(name: DimensionName, rows: readonly OutputRow[]): ReadonlyMap<string, OutputRow> {
  const byKey = new Map<string, OutputRow>();
  for (const row of rows) {
    const key = keyTextOf(name, row);
    const other = byKey.get(key);
    byKey.set(key, other ? mergeRows(other, row, smallest) : row);
  }
  return byKey;
}

type Choose = (left: OutputValue, right: OutputValue) => OutputValue;

function mergeRows(left: OutputRow, right: OutputRow, choose: Choose): OutputRow {
  const columns = Object.keys(left);
  return Object.fromEntries(columns.map((name) => [name, choose(left[name] ?? null, right[name] ?? null)]));
}

function firstGiven(left: OutputValue, right: OutputValue): OutputValue {
  return left ?? right;
}

function smallest(left: OutputValue, right: OutputValue): OutputValue {
  // the members of a pos set are the one attribute that is no text, and its key tells them
  return isTextOrNull(left) && isTextOrNull(right) ? smallerText(left, right) : left;
}

function isTextOrNull(value: OutputValue): value is string | null {
  return value === null || typeof value === 'string';
}
