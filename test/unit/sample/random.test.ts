import { describe, expect, it } from 'vitest';
import { makeRandom, pickBelow, pickFactor, pickWeighted, shuffle } from '../../../src/sample/random.js';

const draw = (seed: number, count: number) => Array.from({ length: count }, makeRandom(seed));

describe('makeRandom', () => {
  it('gives the published first numbers of mulberry32', () => {
    expect(draw(1, 3).map((value) => value * 2 ** 32)).toEqual([2693262067, 11749833, 2265367787]);
  });

  it('repeats itself for one seed and differs for another', () => {
    expect(draw(7, 100)).toEqual(draw(7, 100));
    expect(draw(7, 100)).not.toEqual(draw(8, 100));
  });

  it('stays at 0 or above and below 1, around a half', () => {
    const values = draw(3, 10_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});

describe('picks', () => {
  it('reach every number below the limit and no other', () => {
    const random = makeRandom(1);
    const seen = new Set(Array.from({ length: 500 }, () => pickBelow(random, 5)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('follow the weights', () => {
    const random = makeRandom(1);
    const picks = Array.from({ length: 10_000 }, () =>
      pickWeighted(random, [
        ['often', 9],
        ['never', 0],
        ['seldom', 1],
      ]),
    );
    const share = (value: string) => picks.filter((pick) => pick === value).length / picks.length;
    expect(share('often')).toBeCloseTo(0.9, 1);
    expect(share('seldom')).toBeCloseTo(0.1, 1);
    expect(share('never')).toBe(0);
  });

  it('refuse an empty choice', () => {
    expect(() => pickWeighted(makeRandom(1), [])).toThrow('nothing to pick from');
  });

  it('shuffle without loss', () => {
    const values = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = shuffle(makeRandom(1), values);
    expect(shuffled).not.toEqual(values);
    expect(shuffled.toSorted((left, right) => left - right)).toEqual(values);
  });

  it('give factors around 1 and within two deviations', () => {
    const random = makeRandom(1);
    const factors = Array.from({ length: 2_000 }, () => pickFactor(random, 0.5)).sort((a, b) => a - b);
    expect(factors.at(0)).toBeGreaterThan(Math.exp(-1) - 0.001);
    expect(factors.at(-1)).toBeLessThan(Math.exp(1) + 0.001);
    expect(factors.at(1_000)).toBeCloseTo(1, 1);
  });
});
