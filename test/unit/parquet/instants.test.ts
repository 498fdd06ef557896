import { join } from 'node:path';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { copyRows } from '../../../src/parquet/copy-rows.js';
import { RowGroupCutter } from '../../../src/parquet/cut-row-group.js';
import { writeExcerpt } from '../../../src/parquet/excerpt.js';
import { type Footer, readFooter } from '../../../src/parquet/footer.js';
import { check } from '../../support/arbitrary-run.js';
import { withFolder } from '../../support/load-pair.js';
import { type Instant, type InstantsWay, writeInstants } from '../../support/write-instants.js';

const { signal } = new AbortController();

/** The first day of the first year, and the last of the year 9999. */
const [firstDay, lastDay] = [-719_162, 2_932_896];

const someInstant: fc.Arbitrary<Instant> = fc.record({
  day: fc.oneof(fc.integer({ min: firstDay, max: lastDay }), fc.constantFrom(firstDay, lastDay, -1, 0)),
  nanoseconds: fc.oneof(fc.integer({ min: 0, max: 86_399_999_999_999 }), fc.constant(0)),
});

const someWay: fc.Arbitrary<InstantsWay> = fc.record({
  codec: fc.constantFrom('SNAPPY', 'GZIP', 'UNCOMPRESSED'),
  pageBytes: fc.constantFrom(60, 1_000_000),
  isRequired: fc.boolean(),
});

/** Few that repeat make a dictionary, others do not. */
const someRows = fc
  .array(fc.option(someInstant, { freq: 6 }), { minLength: 1, maxLength: 60 })
  .chain((rows) => fc.constantFrom(rows, [...rows, ...rows, ...rows, ...rows]));

const microseconds = (instant: Instant | null) =>
  instant && BigInt(instant.day) * 86_400_000_000n + BigInt(Math.floor(instant.nanoseconds / 1000));

async function countsIn(file: string): Promise<unknown[]> {
  const counts = pl.col('at').cast(pl.Int64).cast(pl.Utf8);
  const frame = await pl.scanParquet(file, { glob: false }).select(counts).collect();
  return frame
    .toSeries(0)
    .toArray()
    .map((count) => (count === null ? null : BigInt(count)));
}

/** All rows as Polars reads them of an excerpt, and of parts that are cut. */
async function readBothWays(footer: Footer, folder: string) {
  const [path, columns] = [join(folder, 'excerpt.parquet'), ['at']];
  expect(await writeExcerpt(footer, { groups: footer.rowGroups, columns }, path)).toBe(true);
  const whole = await countsIn(path);
  const parts: unknown[] = [];
  for (const group of footer.rowGroups) {
    const cutter = await RowGroupCutter.open(footer, { group, columns, mostRepeatedBytes: 200 });
    for (let left = group.rows; left > 0; left -= 17) {
      await cutter?.cut(Math.min(left, 17), path);
      parts.push(...(await countsIn(path)));
    }
  }
  return { whole, parts };
}

describe('instants in INT96', () => {
  it('are read in microseconds, from the first year to the last of four digits', () =>
    check(
      25,
      fc.asyncProperty(someRows, someWay, (rows, way) =>
        withFolder(async (folder) => {
          const at = way.isRequired ? rows.filter((row) => row !== null) : rows;
          fc.pre(at.length > 0);
          const [file, older] = [join(folder, 'second.parquet'), join(folder, 'first.parquet')];
          await writeInstants(file, {}, { at }, way);
          const expected = at.map(microseconds);
          const footer = await readFooter(file);
          expect(await readBothWays(footer, folder)).toEqual({ whole: expected, parts: expected });
          // pages of the first version, which whoever cuts writes
          const rest = {
            firstRow: 1,
            rows: at.length - 1,
            columns: ['at'],
            mostBytes: 1e6,
            isCut: false,
            unwanted: new Set<never>(),
          };
          expect(await copyRows(footer, rest, older, signal)).toBe(true);
          const others = expected.slice(1);
          expect(await readBothWays(await readFooter(older), folder)).toEqual({
            whole: others,
            parts: others,
          });
        }),
      ),
    ));

  it('are refused where 64 bits of microseconds do not reach', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'far.parquet');
      const way = { codec: 'SNAPPY', pageBytes: 1000, isRequired: false } as const;
      await writeInstants(file, {}, { at: [{ day: 2 ** 30, nanoseconds: 0 }] }, way);
      const footer = await readFooter(file);
      const selection = { groups: footer.rowGroups, columns: ['at'] };
      await expect(writeExcerpt(footer, selection, join(folder, 'excerpt.parquet'))).rejects.toThrow(
        RangeError,
      );
    }));
});
