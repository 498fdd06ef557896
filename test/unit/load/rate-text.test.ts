import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import { pathLiteral } from '../../../src/load/sql.js';
import { rateTextOf } from '../../model/rate-text.js';
import { withFolder } from '../../support/load-pair.js';

/** Every printf in the SQL of the program, as it is written there. */
const printed = readFileSync(new URL('../../../src/load/sql.ts', import.meta.url), 'utf8').match(
  /printf\([^)]*\)/g,
);

/** A generator of 32-bit numbers (mulberry32): the same rates in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Rates that rounding could get wrong, of every kind that a run accepts. */
function makeRates(): number[] {
  const next = seeded(20_250_801);
  const view = new DataView(new ArrayBuffer(8));
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const digits = (count: number) => Number(((BigInt(next()) << 32n) | BigInt(next())) % 10n ** BigInt(count));
  const sign = () => (next() % 2 === 0 ? 1 : -1);
  const anyBits = () => {
    view.setUint32(0, next());
    view.setUint32(4, next());
    return view.getFloat64(0);
  };
  /** Random mantissa, and an exponent that keeps the rate in range. */
  const bitsInRange = () => {
    // 1e15 lies between 2^49 and 2^50
    view.setUint32(0, ((next() & 0x800f_ffff) | ((1023 - 40 + (next() % 90)) << 20)) >>> 0);
    view.setUint32(4, next());
    return view.getFloat64(0);
  };
  const decimalText = (fraction: number) =>
    `${digits(1 + (next() % 10))}.${String(digits(fraction)).padStart(fraction, '0')}`;
  return [
    ...times(20_000, anyBits),
    ...times(45_000, bitsInRange),
    ...times(40_000, (index) => sign() * Number(decimalText(1 + (index % 8)))),
    // exact ties: five binary digits, of which the last is one
    ...times(15_000, () => sign() * ((digits(1 + (next() % 13)) * 2 + 1) / 32)),
    // decimal ties, of which the double is a hair above or below
    ...times(
      10_000,
      () => sign() * Number(`${digits(1 + (next() % 9))}.${String(digits(4)).padStart(4, '0')}5`),
    ),
    ...times(5_000, () => sign() * (999_999_999_999_999 - digits(4) / 8)),
    ...times(2_000, (index) => sign() * 2 ** -(index % 1075)),
    ...times(2_000, (index) => sign() * (10 ** (index % 15) - 2 ** -(index % 20))),
    ...[0, 0.03125, 0.09375, 123.45675, 0.00005, 0.99995, 752.23, -0.00001, 999_999_999_999_999.9, 5e-324],
  ].filter((rate) => Math.abs(rate) < 1e15 && !Object.is(rate, -0));
}

describe('the rate text of keys', () => {
  it('is printf with four decimals, wherever the SQL makes one', () => {
    expect(printed).not.toBeNull();
    for (const call of printed ?? []) expect(call).toMatch(/^printf\('%\.4f', \w+(\.\w+)?\)$/);
  });

  it('is exact for more than 100,000 doubles', async () => {
    const rates = makeRates();
    expect(rates.length).toBeGreaterThan(100_000);
    const [call = ''] = printed ?? [];
    const column = call.replace(/^.*, (?:\w+\.)?(\w+)\)$/, '$1');
    await withFolder(async (folder) => {
      const file = join(folder, 'rates.parquet');
      pl.DataFrame([
        pl.Series(column, rates, pl.Float64),
        pl.Series('expected', rates.map(rateTextOf), pl.Utf8),
      ]).writeParquet(file);
      using database = await Database.open({
        memoryMb: 256,
        threads: 1,
        temporaryFolder: join(folder, 'spill'),
      });
      const source = `read_parquet(${pathLiteral(file)})`;
      const expression = call.replace(/\w+\.(\w+)\)$/, '$1)');
      const different = await database.rows(
        `SELECT ${column}, expected, ${expression} AS found FROM ${source} WHERE ${expression} IS DISTINCT FROM expected LIMIT 10`,
      );
      expect(different).toEqual([]);
      const { rows, ties } = await database.numbers(
        `SELECT count(*) AS rows, count(*) FILTER (WHERE ${column} * 32 % 2 IN (-1, 1)) AS ties FROM ${source}`,
      );
      expect(rows).toBe(rates.length);
      expect(ties).toBeGreaterThan(10_000);
    });
  });
});
