import { describe, expect, it } from 'vitest';
import { readableRanges } from '../../../src/spark/readable-ranges.js';

const [none, some] = [new Map(), new Map([['version', null]])];
const whole = (rows: number) => [{ firstRow: 0, rows, constants: none }];

describe('rows of a file that can be read', () => {
  it('are those between, before and behind the others', () => {
    const lost = [
      { first_row: 60, rows: 10 },
      { first_row: 20, rows: 10 },
    ];
    expect(readableRanges(whole(100), lost)).toMatchObject([
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
    expect(readableRanges(whole(60), lost)).toMatchObject([
      { firstRow: 0, rows: 20 },
      { firstRow: 50, rows: 10 },
    ]);
  });

  it('are all, or none', () => {
    expect(readableRanges(whole(7), [])).toEqual(whole(7));
    expect(readableRanges(whole(7), [{ first_row: 0, rows: 7 }])).toEqual([]);
    expect(readableRanges([], [])).toEqual([]);
  });

  it('are parted where other columns are to be read', () => {
    const stretches = [
      { firstRow: 0, rows: 20, constants: none },
      { firstRow: 20, rows: 20, constants: some },
      { firstRow: 40, rows: 20, constants: none },
    ];
    expect(readableRanges(stretches, [{ first_row: 10, rows: 15 }])).toEqual([
      { firstRow: 0, rows: 10, constants: none },
      { firstRow: 25, rows: 15, constants: some },
      { firstRow: 40, rows: 20, constants: none },
    ]);
    expect(readableRanges(stretches, [{ first_row: 10, rows: 35 }])).toEqual([
      { firstRow: 0, rows: 10, constants: none },
      { firstRow: 45, rows: 15, constants: none },
    ]);
  });
});
