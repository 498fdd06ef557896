import { describe, expect, it } from 'vitest';
import { columnsToWrite, groupByRows } from '../../../src/load/merge-partitions.js';
import { partColumns } from '../../../src/tables/partitions.js';
import { tableNamed } from '../../../src/tables/tables.js';

/** The rows of each group of parts that have so many. */
const group = (rows: readonly number[], most: number) =>
  groupByRows(
    rows.map((count, number) => ({ path: `${number}`, rows: count })),
    most,
  ).map((parts) => parts.map((part) => part.rows));

describe('groupByRows', () => {
  it.each<[readonly number[], number, number[][]]>([
    [[], 10, []],
    [[0, 0], 10, []],
    [[3], 10, [[3]]],
    [[10, 10], 10, [[10], [10]]],
    [[4, 6, 1], 10, [[4, 6], [1]]],
    [[4, 0, 6], 10, [[4, 6]]],
    [[0, 4, 7, 3, 2], 10, [[4], [7, 3], [2]]],
    // a part that is too large is not cut, and takes no others
    [[25, 1, 2], 10, [[25], [1, 2]]],
    [[1, 25, 2], 10, [[1], [25], [2]]],
    [[1, 1, 1], 1, [[1], [1], [1]]],
    [[1, 1, 1], 1000, [[1, 1, 1]]],
  ])('puts %j together up to %i', (rows, most, groups) => expect(group(rows, most)).toEqual(groups));

  it('keeps parts as they are, in their order', () => {
    const parts = [
      { path: 'a', rows: 1, bytes: 7 },
      { path: 'b', rows: 2, bytes: 8 },
    ];
    expect(groupByRows(parts, 10)).toEqual([parts]);
    expect(groupByRows(parts, 2)).toEqual(parts.map((part) => [part]));
  });
});

describe('the columns that facts are written with', () => {
  const open = (month: string) => ({
    partition: { state: 'GA', payer_slug: 'acme', year_month: month },
    parts: [],
  });
  const all = tableNamed('fact_rate').columns.map(({ name }) => name);

  it('are those of a part where all facts are of one partition, and else all', () => {
    expect(columnsToWrite([open('2025-08')])).toEqual(partColumns.map(({ name }) => name));
    expect(columnsToWrite([open('2025-08'), open('2025-09')])).toEqual(all);
    expect(columnsToWrite([])).toEqual(all);
  });
});
