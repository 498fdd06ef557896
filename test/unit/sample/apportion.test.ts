import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from '../../../src/sample/apportion.js';

describe('apportion', () => {
  it('gives shares by weight', () => {
    expect(apportion(10, [1, 3, 1])).toEqual([2, 6, 2]);
    expect(apportion(0, [1, 1])).toEqual([0, 0]);
    expect(apportion(0, [])).toEqual([]);
  });

  it('gives whole shares that add up to the total', () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(fc.nat(1_000_000), weights, (total, given) => {
        const shares = apportion(total, given);
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
      }),
    );
  });
});
