/**
 * Seeded chance. Only integer arithmetic and `+ - * /` are used, whose results every engine and processor
 * agrees on: `Math.exp` and `Math.log` may differ in the last bit.
 */

/** The next number of a sequence, at least 0 and below 1. */
export type Random = () => number;

/** Mulberry32: 2^32 seeds, a period of 2^32, plenty for sample data. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 up to, but not including, `limit`. */
export function pickBelow(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** A value and how often it comes up, relative to the others. */
export type Weighted<Value> = readonly [value: Value, weight: number];

/** One of the values, each as often as its weight says. */
export function pickWeighted<Value>(random: Random, choices: readonly Weighted<Value>[]): Value {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new RangeError('nothing to pick from');
}

/** A copy in random order (Fisher and Yates). */
export function shuffle<Value>(random: Random, values: readonly Value[]): Value[] {
  const shuffled: Value[] = [];
  for (const value of values) {
    const place = pickBelow(random, shuffled.length + 1);
    const displaced = shuffled[place];
    if (displaced === undefined) {
      shuffled.push(value);
    } else {
      shuffled[place] = value;
      shuffled.push(displaced);
    }
  }
  return shuffled;
}

/** A log-normal factor of median 1, cut at two standard deviations; `spread` is the deviation of its log. */
export function pickFactor(random: Random, spread: number): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random();
  const exponent = Math.max(-2, Math.min(2, sum)) * spread;
  // ten squarings of 1 + x/1024 are e^x to three digits
  let factor = 1 + exponent / 1024;
  for (let squaring = 0; squaring < 10; squaring++) factor *= factor;
  return factor;
}
