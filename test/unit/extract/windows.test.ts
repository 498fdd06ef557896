import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupInParts, planWindows, type WindowLimits } from '../../../src/extract/windows.js';
import type { Footer } from '../../../src/parquet/footer.js';

interface Group {
  readonly rows: number;
  readonly constants?: Readonly<Record<string, string | null>>;
  /** Of its only column, unpacked. */
  readonly bytes?: number;
}

function columnOf(bytes: number): Footer['rowGroups'][number]['chunks'][number] {
  const size = BigInt(bytes);
  return {
    column: 'a',
    start: 4,
    bytes,
    nulls: 0,
    metadata: {
      type: 'BYTE_ARRAY',
      encodings: [],
      path_in_schema: ['a'],
      codec: 'UNCOMPRESSED',
      num_values: 1n,
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: 4n,
    },
  };
}

function footerWith(groups: readonly Group[]): Pick<Footer, 'rows' | 'rowGroups'> {
  let firstRow = 0;
  const rowGroups = groups.map(({ rows, constants = {}, bytes }) => {
    const chunks = bytes === undefined ? [] : [columnOf(bytes)];
    const group = {
      firstRow,
      rows,
      constants: new Map(Object.entries(constants)),
      chunks,
      bytes: bytes ?? 0,
    };
    firstRow += rows;
    return group;
  });
  return { rows: firstRow, rowGroups };
}

/** Row groups as writers cut them: few large ones, many small ones, and some that are empty. */
const someRows = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 0, max: 30_000 }),
  fc.integer({ min: 400_000, max: 3_000_000 }),
);
const someConstants = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', null));
const someGroups = fc.array(fc.record({ rows: someRows, constants: someConstants }), { maxLength: 60 });
const someChunkRows = fc.oneof(
  fc.integer({ min: 1000, max: 3000 }),
  fc.integer({ min: 30_000, max: 100_000 }),
  fc.integer({ min: 500_000, max: 5_000_000 }),
);

const someGroupRows = fc.oneof(
  fc.integer({ min: 10, max: 2_000_000 }),
  fc.constant(Number.POSITIVE_INFINITY),
);

const anyBytes = { windowBytes: Number.POSITIVE_INFINITY };

const someLimits = fc
  .tuple(someChunkRows, fc.nat({ max: 1_000_000 }), someGroupRows)
  .map(([chunkRows, more, groupRows]) => ({
    ...anyBytes,
    chunkRows,
    windowRows: chunkRows + more,
    groupRows,
  }));

function forAllPlans(check: (footer: ReturnType<typeof footerWith>, limits: WindowLimits) => void): void {
  fc.assert(
    fc.property(someGroups, someLimits, (groups, limits) => check(footerWith(groups), limits)),
    { numRuns: 300 },
  );
}

/** Where ranges begin, if each begins where the one before it ends. */
function expectSeamless(
  ranges: readonly { firstRow: number; rows: number }[],
  from: number,
  to: number,
): void {
  let next = from;
  for (const { firstRow, rows } of ranges) {
    expect(firstRow).toBe(next);
    expect(rows).toBeGreaterThan(0);
    next += rows;
  }
  expect(next).toBe(to);
}

const few = { ...anyBytes, chunkRows: 10, windowRows: 10, groupRows: 100 };

describe('planWindows', () => {
  it('has every row in exactly one window and one chunk, in order', () => {
    forAllPlans((footer, limits) => {
      const windows = planWindows(footer, limits);
      expectSeamless(windows, 0, footer.rows);
      for (const { firstRow, rows, chunks } of windows) expectSeamless(chunks, firstRow, firstRow + rows);
    });
  });

  it('makes no chunk larger than asked', () => {
    forAllPlans((footer, limits) => {
      for (const { chunks } of planWindows(footer, limits)) {
        expect(Math.max(...chunks.map(({ rows }) => rows))).toBeLessThanOrEqual(limits.chunkRows);
      }
    });
  });

  it('ends windows where row groups end, unless they are parts of one', () => {
    forAllPlans((footer, limits) => {
      const ends = new Set(footer.rowGroups.map(({ firstRow, rows }) => firstRow + rows));
      for (const window of planWindows(footer, limits))
        if (!groupInParts(window)) expect(ends).toContain(window.firstRow + window.rows);
    });
  });

  it('reads just those row groups in parts that are larger than allowed, and no part with another group', () => {
    forAllPlans((footer, limits) => {
      for (const { rowGroups, rows, firstRow } of planWindows(footer, limits)) {
        const group = groupInParts({ rowGroups, rows });
        const large = rowGroups.filter((some) => some.rows > Math.max(limits.groupRows, limits.windowRows));
        expect(large).toEqual(group ? [group] : []);
        if (!group) continue;
        expect(rowGroups).toEqual([group]);
        expect(rows).toBeLessThanOrEqual(limits.windowRows);
        expect(firstRow).toBeGreaterThanOrEqual(group.firstRow);
        expect(firstRow + rows).toBeLessThanOrEqual(group.firstRow + group.rows);
      }
    });
  });

  it('knows just the constants that every group of a window has', () => {
    forAllPlans((footer, limits) => {
      for (const { firstRow, rows, constants } of planWindows(footer, limits)) {
        const groups = footer.rowGroups.filter(
          (group) => group.rows > 0 && group.firstRow >= firstRow && group.firstRow < firstRow + rows,
        );
        for (const [name, value] of constants) {
          for (const group of groups) {
            expect(group.constants.has(name)).toBe(true);
            expect(group.constants.get(name)).toBe(value);
          }
        }
      }
    });
  });

  it('reads every row group, and several of them at a time only if they are few rows', () => {
    forAllPlans((footer, limits) => {
      const windows = planWindows(footer, limits);
      const read = windows.flatMap(({ rowGroups }) => rowGroups);
      // one that is read in parts comes with each of them
      expect(read.filter((group, index) => group !== read[index - 1])).toEqual(
        footer.rowGroups.filter(({ rows }) => rows > 0),
      );
      for (const { rowGroups, rows } of windows) {
        expect(rowGroups.length === 1 || rows <= limits.windowRows).toBe(true);
      }
    });
  });

  it('finds the constants of all groups, and of one', () => {
    const shared = { a: 'x', b: null };
    const [one] = planWindows(footerWith([{ rows: 5, constants: shared }]), few);
    expect(Object.fromEntries(one?.constants ?? [])).toEqual(shared);
    const [all] = planWindows(
      footerWith([
        { rows: 2, constants: { ...shared, c: null } },
        { rows: 3, constants: { ...shared, c: 'y' } },
        { rows: 5, constants: shared },
      ]),
      few,
    );
    expect(Object.fromEntries(all?.constants ?? [])).toEqual(shared);
  });

  it('reads fewer rows at a time where they come to many bytes, by what the footer says', () => {
    const group = (rows: number, bytes: number) => ({ rows, bytes });
    const limits = { chunkRows: 100, windowRows: 100, groupRows: 100, windowBytes: 1000 };
    const rowsOf = (...groups: readonly ReturnType<typeof group>[]) =>
      planWindows(footerWith(groups), limits).map(({ rows }) => rows);
    expect(rowsOf(group(10, 400), group(10, 400), group(10, 400))).toEqual([20, 10]);
    expect(rowsOf(group(10, 1000), group(10, 1))).toEqual([10, 10]);
    expect(rowsOf(group(10, 4000))).toEqual([2, 2, 2, 2, 2]);
    expect(rowsOf(group(2, 1_000_000))).toEqual([1, 1]);
  });

  it('plans nothing for no rows', () => {
    expect(planWindows(footerWith([]), few)).toEqual([]);
    expect(planWindows(footerWith([{ rows: 0 }, { rows: 0 }]), few)).toEqual([]);
  });

  it('joins groups into windows that are larger than chunks', () => {
    const windows = planWindows(footerWith(Array(10).fill({ rows: 20 })), {
      ...anyBytes,
      chunkRows: 30,
      windowRows: 100,
      groupRows: 100,
    });
    expect(windows.map(({ chunks }) => chunks.map(({ rows }) => rows))).toEqual([
      [25, 25, 25, 25],
      [25, 25, 25, 25],
    ]);
  });

  it('cuts one large group in memory and reads it once', () => {
    const windows = planWindows(footerWith([{ rows: 4_000_000 }]), {
      ...anyBytes,
      chunkRows: 50_000,
      windowRows: 200_000,
      groupRows: 4_000_000,
    });
    expect(windows).toHaveLength(1);
    expect(windows[0]?.chunks).toHaveLength(80);
  });

  it('reads a larger group in parts, and cuts chunks from each', () => {
    const windows = planWindows(footerWith([{ rows: 5 }, { rows: 4_000_001 }, { rows: 7 }]), {
      ...anyBytes,
      chunkRows: 50_000,
      windowRows: 200_000,
      groupRows: 4_000_000,
    });
    expect(windows).toHaveLength(1 + 21 + 1);
    expect(windows.flatMap(({ chunks }) => chunks)).toHaveLength(1 + 21 * 4 + 1);
  });
});
