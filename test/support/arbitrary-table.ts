import fc from 'fast-check';
import type { InputRow, InputValue } from '../model/input-value.js';
import { type Columns, providersColumns, type RandomColumn, ratesColumns } from './arbitrary-columns.js';
import type { Layout } from './fixture.js';

/** Rows and the types of their columns. */
export interface RandomTable {
  readonly columns: Layout['columns'];
  readonly rows: readonly InputRow[];
}

/** How the values of a column lie over the rows: at random, one for all, or one for each block of rows. */
type Spread = 'mixed' | 'constant' | number;

interface PlacedColumn extends RandomColumn {
  readonly name: string;
  readonly spread: Spread;
}

const spread: fc.Arbitrary<Spread> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Spread>('mixed') },
  { weight: 2, arbitrary: fc.constant<Spread>('constant') },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 60 }) },
);

/** Rates in any columns and types of the contract. */
export function arbitraryRates(maxRows: number): fc.Arbitrary<RandomTable> {
  return arbitraryTable(ratesColumns, maxRows);
}

/** Providers in any columns and types of the contract. */
export function arbitraryProviders(maxRows: number): fc.Arbitrary<RandomTable> {
  return arbitraryTable(providersColumns, maxRows);
}

/** A table over some columns, in any order, of rows that are often alike. */
export function arbitraryTable(columns: Columns, maxRows: number, minRows = 0): fc.Arbitrary<RandomTable> {
  const names = Object.keys(columns);
  const order = fc.shuffledSubarray(names, { minLength: names.length });
  const placed = fc.tuple(...Object.entries(columns).map(([name, column]) => placeColumn(name, column)));
  return fc.tuple(placed, order, rowSeeds(minRows, maxRows)).map(([drawn, ordered, seeds]) => {
    const there = drawn
      .flatMap((column) => column ?? [])
      .sort((left, right) => ordered.indexOf(left.name) - ordered.indexOf(right.name));
    return {
      columns: Object.fromEntries(there.map(({ name, stored }) => [name, stored])),
      rows: seeds.map((seed, row) => rowOf(there, seed, row)),
    };
  });
}

function placeColumn(name: string, column: fc.Arbitrary<RandomColumn | undefined>) {
  return fc
    .tuple(column, spread)
    .map(([drawn, how]): PlacedColumn | undefined => drawn && { name, spread: how, ...drawn });
}

/** One number for each row, of which all its values follow: rows shrink by going, and few seeds make many copies. */
function rowSeeds(minRows: number, maxRows: number): fc.Arbitrary<number[]> {
  const lists = [20, 100_000].map((most) =>
    fc.array(fc.nat(most), { minLength: minRows, maxLength: maxRows, size: 'max' }),
  );
  return fc.oneof(...lists);
}

function rowOf(columns: readonly PlacedColumn[], seed: number, row: number): InputRow {
  return Object.fromEntries(
    columns.map((column, index) => [column.name, valueAt(column, mix(seed, index), row)]),
  );
}

function valueAt({ values, spread: how }: PlacedColumn, random: number, row: number): InputValue {
  const place = how === 'mixed' ? random : how === 'constant' ? 0 : Math.floor(row / how);
  return values[place % values.length] ?? null;
}

/** A number that looks random for each seed and column, and is 0 for the seed 0. */
function mix(seed: number, column: number): number {
  const once = Math.imul(seed, 0x9e37_79b1 + 2 * column);
  const twice = Math.imul(once ^ (once >>> 15), 0x85eb_ca6b + 2 * column);
  return (twice ^ (twice >>> 13)) >>> 0;
}
