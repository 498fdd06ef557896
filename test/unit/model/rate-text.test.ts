import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateTextOf } from '../../model/rate-text.js';
import { withDatabase } from '../../support/fixture-database.js';

/** Another way to the same text: from all decimal digits of the double, which toFixed prints up to a hundred. */
function rateTextByDigits(rate: number): string {
  const [whole = '', fraction = ''] = Math.abs(rate).toFixed(100).split('.');
  const kept = BigInt(whole + fraction.slice(0, 4));
  const dropped = fraction.slice(4);
  const half = `5${'0'.repeat(dropped.length - 1)}`;
  const up = dropped > half || (dropped === half && kept % 2n === 1n);
  const digits = String(up ? kept + 1n : kept).padStart(5, '0');
  return `${rate < 0 ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

describe('rateTextOf', () => {
  it.each([
    [0.03125, '0.0312'],
    [0.09375, '0.0938'],
    [123.45675, '123.4567'],
    [752.23, '752.2300'],
    [1, '1.0000'],
    [0, '0.0000'],
    [-1.5, '-1.5000'],
    [-0.00001, '-0.0000'],
    [0.00005, '0.0001'],
    [0.99995, '1.0000'],
    [0.00015, '0.0001'],
    [1.00005, '1.0001'],
    [2.00005, '2.0000'],
    [2 ** -1074, '0.0000'],
    [1e-5, '0.0000'],
    [999_999_999_999_999.9, '999999999999999.8750'],
    [999_999_999_999_999, '999999999999999.0000'],
    [1e300, `${BigInt(1e300)}.0000`],
  ])('prints %d as %s', (rate, text) => {
    expect(rateTextOf(rate)).toBe(text);
  });

  it('agrees with the digits of the double, ties included', () => {
    const ties = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((sixteenths) => sixteenths / 2 ** 5);
    const prices = fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map((number) => number / 100_000);
    const any = fc.double({ min: -1e15, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(ties, prices, any), (rate) => {
        // the digits end within a hundred only where the double is no smaller than this
        fc.pre(Math.abs(rate) >= 2 ** -40);
        expect(rateTextOf(rate)).toBe(rateTextByDigits(rate));
      }),
      { numRuns: 5000 },
    );
  });

  it("agrees with DuckDB's printf", async () => {
    const rates = Array.from({ length: 20_000 }, (_, index) => {
      const magnitude = 10 ** ((index % 21) - 6);
      // a multiplicative walk that visits each magnitude with varied digits
      const digits = ((index * 2_654_435_761) % 4_294_967_291) / 4_294_967_291;
      return Math.min(digits * magnitude * (index % 2 === 0 ? 1 : -1), 999_999_999_999_999);
    });
    const printed = await withDatabase(async (connection) => {
      const list = rates.map((rate) => `'${rate}'`).join(',');
      const result = await connection.run(`SELECT printf('%.4f', unnest([${list}])::DOUBLE)`);
      return (await result.getRows()).map(([text]) => text);
    });
    // -0 is not among the rates that get this far
    expect(rates.map((rate) => rateTextOf(rate === 0 ? 0 : rate))).toEqual(printed);
  });
});
