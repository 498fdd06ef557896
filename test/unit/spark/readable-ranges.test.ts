import { describe, expect, it } from 'vitest';
import { readableRanges } from '../../../src/spark/readable-ranges.js';

describe('rows of a file that can be read', () => {
  it('are those between, before and behind the others', () => {
    const lost = [
      { first_row: 60, rows: 10 },
      { first_row: 20, rows: 10 },
    ];
    expect(readableRanges(100, lost)).toEqual([
      { firstRow: 0, rows: 20 },
      { firstRow: 30, rows: 30 },
      { firstRow: 70, rows: 30 },
    ]);
  });

  it('are one range around neighbours', () => {
    const lost = [
      { first_row: 20, rows: 10 },
      { first_row: 30, rows: 20 },
    ];
    expect(readableRanges(60, lost)).toEqual([
      { firstRow: 0, rows: 20 },
      { firstRow: 50, rows: 10 },
    ]);
  });

  it('are all, or none', () => {
    expect(readableRanges(7, [])).toEqual([{ firstRow: 0, rows: 7 }]);
    expect(readableRanges(7, [{ first_row: 0, rows: 7 }])).toEqual([]);
    expect(readableRanges(0, [])).toEqual([]);
  });
});
