import fc from 'fast-check';
import type { InputRow } from '../model/input-value.js';
import { arbitraryLayout, type RandomLayout } from './arbitrary-file.js';
import { arbitraryProviders, arbitraryRates, type RandomTable } from './arbitrary-table.js';
import type { Part, Parts } from './compare-files.js';
import type { StoredType } from './fixture.js';

/** The two tables of one load. */
export interface RandomPair {
  readonly rates: RandomTable;
  readonly providers: RandomTable;
}

/** Any input of the contract, up to so many rates and half as many providers. */
export function arbitraryPair(maxRates: number): fc.Arbitrary<RandomPair> {
  return fc.record({ rates: arbitraryRates(maxRates), providers: arbitraryProviders(maxRates / 2) });
}

/** One file for each source, each in any layout. */
export function arbitraryParts(pair: fc.Arbitrary<RandomPair>, maxRows: number): fc.Arbitrary<Parts> {
  const layout = arbitraryLayout(maxRows);
  return fc.tuple(pair, layout, layout).map(([{ rates, providers }, first, second]) => ({
    rates: [{ table: rates, layout: first }],
    providers: [{ table: providers, layout: second }],
  }));
}

export const plainLayout: RandomLayout = { writer: 'duckdb', codec: 'zstd', extra: {} };

/** One plain file for each source. */
export function plainParts({ rates, providers }: RandomPair): Parts {
  return {
    rates: [{ table: rates, layout: plainLayout }],
    providers: [{ table: providers, layout: plainLayout }],
  };
}

/** A table in as many files as there are layouts, which take turns at its rows. */
export function dealRows({ columns, rows }: RandomTable, layouts: readonly RandomLayout[]): Part[] {
  return layouts.map((layout, turn) => ({
    table: { columns, rows: rows.filter((_, row) => row % layouts.length === turn) },
    layout,
  }));
}

/** A table whose rows lie in an order that a number decides. */
export function shuffleRows({ columns, rows }: RandomTable, seed: number): RandomTable {
  const rank = (row: number) => Math.imul(row + seed, 0x9e37_79b1) >>> 0;
  const order = rows.map((_, row) => row).sort((left, right) => rank(left) - rank(right));
  return { columns, rows: order.map((row) => rows[row] ?? {}) };
}

/** A table with a column stored in another type, its values as some function makes them. */
export function storeColumn(
  { columns, rows }: RandomTable,
  name: string,
  stored: StoredType,
  convert: (row: InputRow) => InputRow[string] = (row) => row[name] ?? null,
): RandomTable {
  return {
    columns: { ...columns, [name]: stored },
    rows: rows.map((row) => ({ ...row, [name]: convert(row) })),
  };
}
