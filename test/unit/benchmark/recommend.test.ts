import { describe, expect, it } from 'vitest';
import { condense, type Measure, recommend } from '../../../src/benchmark/recommend.js';

const steps = { rates: 1, providers: 0.1, merge: 2, publish: 0.01 };

function measure(chunkSize: number, seconds: number, peakRssMb: number): Measure {
  return { chunkSize, seconds, peakRssMb, steps };
}

describe('condense', () => {
  it('gives a size the median of its times and its largest memory', () => {
    const turns = [5, 1, 9].map((seconds) => ({
      ...measure(1_000, seconds, 100 + seconds),
      steps: { ...steps, merge: seconds / 2 },
    }));
    expect(condense(turns)).toEqual([
      { chunkSize: 1_000, seconds: 5, peakRssMb: 109, steps: { ...steps, merge: 2.5 } },
    ]);
  });

  it('takes the middle of two turns', () => {
    expect(condense([measure(1, 2, 0), measure(1, 3, 0)])[0]?.seconds).toBe(2.5);
  });

  it('keeps sizes apart, in the order they were given', () => {
    const turns = [measure(20, 1, 1), measure(10, 2, 1), measure(20, 3, 1), measure(10, 4, 1)];
    expect(condense(turns).map(({ chunkSize, seconds }) => [chunkSize, seconds])).toEqual([
      [20, 2],
      [10, 3],
    ]);
  });
});

describe('recommend', () => {
  it('takes the fastest', () => {
    expect(recommend([measure(1, 12, 100), measure(2, 10, 900)])?.chunkSize).toBe(2);
  });

  it('prefers less memory where times differ by 5 % at most', () => {
    const results = [
      measure(1, 10.6, 100),
      measure(2, 10.5, 300),
      measure(3, 10, 900),
      measure(4, 10.2, 400),
    ];
    expect(recommend(results)?.chunkSize).toBe(2);
  });

  it('has nothing to say of no results', () => {
    expect(recommend([])).toBeUndefined();
  });
});
