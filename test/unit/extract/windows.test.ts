import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from '../../../src/extract/windows.js';
import type { Footer } from '../../../src/parquet/footer.js';

interface Group {
  readonly rows: number;
  readonly constants?: Readonly<Record<string, string | null>>;
}

function footerWith(groups: readonly Group[]): Pick<Footer, 'rows' | 'rowGroups'> {
  let firstRow = 0;
  const rowGroups = groups.map(({ rows, constants = {} }) => {
    const group = { firstRow, rows, constants: new Map(Object.entries(constants)), chunks: [] };
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

function forAllPlans(check: (footer: ReturnType<typeof footerWith>, chunkRows: number) => void): void {
  fc.assert(
    fc.property(someGroups, someChunkRows, (groups, chunkRows) => check(footerWith(groups), chunkRows)),
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

describe('planWindows', () => {
  it('has every row in exactly one window and one chunk, in order', () => {
    forAllPlans((footer, chunkRows) => {
      const windows = planWindows(footer, chunkRows);
      expectSeamless(windows, 0, footer.rows);
      for (const { firstRow, rows, chunks } of windows) expectSeamless(chunks, firstRow, firstRow + rows);
    });
  });

  it('makes no chunk larger than asked', () => {
    forAllPlans((footer, chunkRows) => {
      for (const { chunks } of planWindows(footer, chunkRows)) {
        expect(Math.max(...chunks.map(({ rows }) => rows))).toBeLessThanOrEqual(chunkRows);
      }
    });
  });

  it('ends windows where row groups end', () => {
    forAllPlans((footer, chunkRows) => {
      const ends = new Set(footer.rowGroups.map(({ firstRow, rows }) => firstRow + rows));
      for (const { firstRow, rows } of planWindows(footer, chunkRows))
        expect(ends).toContain(firstRow + rows);
    });
  });

  it('knows just the constants that every group of a window has', () => {
    forAllPlans((footer, chunkRows) => {
      for (const { firstRow, rows, constants } of planWindows(footer, chunkRows)) {
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

  it('reads the row groups of a window, and several of them only for one chunk', () => {
    forAllPlans((footer, chunkRows) => {
      const windows = planWindows(footer, chunkRows);
      const read = windows.flatMap(({ rowGroups }) => rowGroups);
      expect(read).toEqual(footer.rowGroups.filter(({ rows }) => rows > 0));
      for (const { rowGroups, chunks } of windows) {
        expect(rowGroups.length === 1 || chunks.length === 1).toBe(true);
      }
    });
  });

  it('finds the constants of all groups, and of one', () => {
    const shared = { a: 'x', b: null };
    const [one] = planWindows(footerWith([{ rows: 5, constants: shared }]), 10);
    expect(Object.fromEntries(one?.constants ?? [])).toEqual(shared);
    const [all] = planWindows(
      footerWith([
        { rows: 2, constants: { ...shared, c: null } },
        { rows: 3, constants: { ...shared, c: 'y' } },
        { rows: 5, constants: shared },
      ]),
      10,
    );
    expect(Object.fromEntries(all?.constants ?? [])).toEqual(shared);
  });

  it('plans nothing for no rows', () => {
    expect(planWindows(footerWith([]), 10)).toEqual([]);
    expect(planWindows(footerWith([{ rows: 0 }, { rows: 0 }]), 10)).toEqual([]);
  });

  it('cuts one large group in memory and reads it once', () => {
    const windows = planWindows(footerWith([{ rows: 4_000_000 }]), 50_000);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.chunks).toHaveLength(80);
  });
});
