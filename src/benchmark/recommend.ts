import type { StepSeconds } from '../pipeline/summary.js';

/** What one run with a chunk size took. */
export interface Measure {
  readonly chunkSize: number;
  readonly seconds: number;
  readonly peakRssMb: number;
  readonly steps: Readonly<StepSeconds>;
}

/** Sizes this close to the fastest are as fast: times drift by as much. */
const closeEnough = 1.05;

/** One measure per chunk size, from those of all turns: median times, and the largest memory. */
export function condense(measures: readonly Measure[]): Measure[] {
  const sizes = [...new Set(measures.map(({ chunkSize }) => chunkSize))];
  return sizes.map((chunkSize) => {
    const turns = measures.filter((measure) => measure.chunkSize === chunkSize);
    const median = (value: (turn: Measure) => number) => medianOf(turns.map(value));
    return {
      chunkSize,
      seconds: median(({ seconds }) => seconds),
      peakRssMb: Math.max(...turns.map(({ peakRssMb }) => peakRssMb)),
      steps: {
        rates: median(({ steps }) => steps.rates),
        providers: median(({ steps }) => steps.providers),
        merge: median(({ steps }) => steps.merge),
        publish: median(({ steps }) => steps.publish),
      },
    };
  });
}

/** The fastest; among those that are about as fast, the one that takes the least memory. */
export function recommend(results: readonly Measure[]): Measure | undefined {
  const fastest = Math.min(...results.map(({ seconds }) => seconds));
  const [best] = results
    .filter(({ seconds }) => seconds <= fastest * closeEnough)
    .sort((one, other) => one.peakRssMb - other.peakRssMb);
  return best;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}
