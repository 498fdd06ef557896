import { describe, expect, it } from 'vitest';
import { priceTicks } from '../../../../src/report/page/price-ticks.js';

describe('priceTicks', () => {
  it.each<[[number, number], number, number[]]>([
    [[1, 1_000_000], 5, [1, 100, 10_000, 1_000_000]],
    [[1, 1_000_000], 8, [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]],
    [[5, 200], 4, [10, 30, 100]],
    [[60, 150], 5, [70, 100]],
    [[61, 69], 5, [61, 69]],
    [[0.01, 1e15], 3, [0.01, 1e4, 1e10]],
  ])('names round prices within %j, at most %i', (domain, most, ticks) => {
    const named = priceTicks(domain, most);
    expect(named.length).toBeLessThanOrEqual(most);
    expect(named.length).toBeGreaterThan(1);
    for (const price of ticks) expect(named.some((one) => Math.abs(one / price - 1) < 1e-9)).toBe(true);
    expect(named.every((one) => one >= domain[0] * (1 - 1e-9) && one <= domain[1] * (1 + 1e-9))).toBe(true);
  });
});
