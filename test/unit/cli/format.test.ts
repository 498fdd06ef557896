import { describe, expect, it } from 'vitest';
import { alignColumns, alignLeft, bytes, count, counted } from '../../../src/cli/format.js';

describe('format', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [13_456_820, '13,456,820'],
  ])('counts %i', (number, text) => expect(count(number)).toBe(text));

  it.each([
    [0, '0 rows'],
    [1, '1 row'],
    [2_000, '2,000 rows'],
  ])('counts %i rows', (number, text) => expect(counted(number, 'row')).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [153_849, '153.8 KB'],
    [2_500_000, '2.5 MB'],
    [7e9, '7.0 GB'],
    [7e15, '7000.0 TB'],
  ])('gives %i bytes a unit', (number, text) => expect(bytes(number)).toBe(text));

  it('sets numbers to the right and text to the left, without spaces at the end', () => {
    const rows = [
      ['a', '1', ''],
      ['long', '1,000', 'x'],
    ];
    expect(alignColumns(rows)).toEqual(['  a         1', '  long  1,000  x']);
    expect(alignLeft(rows)).toEqual(['a     1', 'long  1,000  x']);
    expect(alignColumns([])).toEqual([]);
    expect(alignLeft([])).toEqual([]);
  });
});
