import { describe, expect, it } from 'vitest';
import { Repeats } from '../../../src/transform/repeats.js';

/** For how many chunks in a row repeats are not sought after one came to so many facts and codes. */
function chunksLeftOut(rows: number, facts: number, codes: number, codesMet: number): number {
  const repeats = new Repeats(() => codesMet);
  repeats.learn({ rows, facts, codes });
  let chunks = 0;
  while (!repeats.areSought()) chunks += 1;
  return chunks;
}

describe('Repeats', () => {
  it('are sought at first, and again after eight chunks', () => {
    expect(new Repeats(() => 0).areSought()).toBe(true);
    expect(chunksLeftOut(1000, 1000, 100, 100)).toBe(8);
  });

  it('are sought where more than a tenth of the rows repeats', () => {
    expect(chunksLeftOut(1000, 901, 100, 100)).toBe(8);
    expect(chunksLeftOut(1000, 900, 100, 100)).toBe(0);
    expect(chunksLeftOut(0, 0, 0, 100)).toBe(0);
  });

  it('are sought where most codes are not in the chunk, since facts of one chunk alone need not be merged', () => {
    expect(chunksLeftOut(1000, 1000, 51, 100)).toBe(8);
    expect(chunksLeftOut(1000, 1000, 50, 100)).toBe(0);
  });

  it('are sought again as soon as a chunk has some', () => {
    const repeats = new Repeats(() => 1);
    repeats.learn({ rows: 10, facts: 10, codes: 1 });
    repeats.learn({ rows: 10, facts: 5, codes: 1 });
    expect(repeats.areSought()).toBe(true);
  });
});
