import { describe, expect, it } from 'vitest';
import { published, scaleTo, tenfold } from '../../../bench/scale.js';

describe('scaleTo', () => {
  it('gives the published job for its rows', () => expect(scaleTo(published.rows)).toEqual(published));

  it('keeps all in proportion, and something of everything', () => {
    expect(scaleTo(200_000)).toEqual({ rows: 200_000, distinct: 43_844, codes: 55, providers: 1_962 });
    expect(scaleTo(1)).toEqual({ rows: 1, distinct: 1, codes: 1, providers: 1 });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d rows', (rows) => expect(() => scaleTo(rows)).toThrow(/rows/));
});

describe('tenfold', () => {
  it('has ten times the published rates, facts and codes', () => {
    expect(tenfold(published)).toEqual({
      rows: 134_568_200,
      distinct: 29_500_000,
      codes: 36_960,
      providers: 131_984,
    });
  });
});
