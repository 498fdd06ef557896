import { describe, expect, it } from 'vitest';
import {
  alignColumns,
  alignLeft,
  bytes,
  count,
  counted,
  quoted,
  share,
  wrap,
} from '../../../src/cli/format.js';

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

describe('share', () => {
  it('is rounded down, so that all is all, and nothing has none', () => {
    expect([share(999_999, 1_000_000), share(3, 3), share(0, 7), share(1, 3), share(0, 0)]).toEqual([
      '99.9%',
      '100.0%',
      '0.0%',
      '33.3%',
      '-',
    ]);
  });
});

describe('wrap', () => {
  it('breaks lines between items, and sets in those after the first', () => {
    expect(wrap('  head: ', ['a', 'b'])).toEqual(['  head: a, b']);
    const items = Array.from({ length: 30 }, (_, index) => `item ${index}`);
    const lines = wrap('  head: ', items);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}\S/);
    expect(lines.map((line) => line.trim()).join(' ')).toBe(`head: ${items.join(', ')}`);
  });

  it('leaves an item whole that is wider than a line', () => {
    const wide = 'x'.repeat(200);
    expect(wrap('  head: ', ['a', wide])).toEqual(['  head: a,', `    ${wide}`]);
  });
});

describe('quoted', () => {
  it.each([
    ['99213', '99213'],
    ['MS-DRG', 'MS-DRG'],
    [772.5, '772.5'],
    [null, 'null'],
    ['', '""'],
    [' ', '" "'],
    ['a\nb', '"a\\nb"'],
    ['\u001b[2J', '"\\u001b[2J"'],
    ['\u009b2J\u202e', '"\\u009b2J\\u202e"'],
    ['a\u200bb\u061c', '"a\\u200bb\\u061c"'],
  ])('%j is %s', (text, shown) => expect(quoted(text)).toBe(shown));
});
