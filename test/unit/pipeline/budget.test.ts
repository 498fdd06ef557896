import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import type { Settings } from '../../../src/config/settings.js';
import type { Footer, RowGroupFooter } from '../../../src/parquet/footer.js';
import { databaseMbBeside, estimateMemoryMb, makeBudget } from '../../../src/pipeline/budget.js';

const { settings: defaults } = loadConfig({
  environment: { settings: new Map(), configFile: undefined, noColor: true },
  file: '/dev/null',
});

/** A row group by its rows and by how many values each of its columns has. */
type Group = readonly [rows: number, ...values: readonly number[]];

function groupOf([rows, ...values]: Group): RowGroupFooter {
  const chunks = values.map((count, index) => ({
    column: `column ${index}`,
    start: 4,
    bytes: 10,
    nulls: 0,
    metadata: {
      type: 'DOUBLE' as const,
      encodings: [],
      path_in_schema: [`column ${index}`],
      codec: 'ZSTD' as const,
      num_values: BigInt(count),
      total_uncompressed_size: 10n,
      total_compressed_size: 10n,
      data_page_offset: 4n,
    },
  }));
  return { firstRow: 0, rows, bytes: 0, constants: new Map(), chunks };
}

function fileOf(...groups: readonly Group[]): Footer {
  const rows = groups.reduce((sum, [count]) => sum + count, 0);
  const rowGroups = groups.map(groupOf);
  return { path: 'a', bytes: 1, rows, createdBy: 'a', columns: new Map(), schemas: [], rowGroups };
}

/** A file of one row group whose rows have so many values. */
const fileOfWidth = (values: number) => fileOf([100, ...Array.from({ length: values }, () => 100)]);

function budget(settings: Partial<Settings>, rates: readonly Footer[] = [], containerMb?: number) {
  return makeBudget({ ...defaults, ...settings }, rates, containerMb ?? Number.POSITIVE_INFINITY);
}

describe('makeBudget', () => {
  it.each([
    ['the setting where there is no container', 1000, Number.POSITIVE_INFINITY, 1000],
    ['the setting where a container leaves more', 1000, 2000, 1000],
    ['the setting where a container leaves as much', 900, 1000, 900],
    ['nine tenths of a container that has as much', 1000, 1000, 900],
    ['nine tenths of a small container', 8192, 512, 460],
  ])('takes %s', (_, limitMb, containerMb, expected) => {
    expect(budget({ memory_limit_mb: limitMb }, [], containerMb).memoryLimitMb).toBe(expected);
  });

  it('makes everything follow from what a container leaves', () => {
    const settings = { chunk_size: 'auto', threads: 2 } as const;
    const rates = [fileOfWidth(30)];
    for (const containerMb of [300, 512, 1000, 2000]) {
      const memoryLimitMb = Math.floor(containerMb * 0.9);
      expect(budget({ ...settings, memory_limit_mb: 8192 }, rates, containerMb)).toEqual(
        budget({ ...settings, memory_limit_mb: memoryLimitMb }, rates),
      );
    }
  });

  it('takes the threads of the setting, or one for each core', () => {
    expect(budget({ threads: 3 }).threads).toBe(3);
    expect(budget({ threads: null }).threads).toBe(availableParallelism());
  });

  it.each([
    [256, 128],
    [463, 128],
    [465, 129],
    [1000, 450],
    [8192, 4765],
  ])('of %d MiB leaves %d to DuckDB', (limitMb, databaseMb) => {
    expect(budget({ memory_limit_mb: limitMb }).databaseMb).toBe(databaseMb);
  });

  it.each([
    [256, 50_000, 400_000, 40_960],
    [383, 50_000, 400_000, 40_960],
    [384, 100_000, 400_000, 40_960],
    [767, 100_000, 400_000, 40_960],
    [768, 200_000, 2_000_000, 61_440],
    [1535, 200_000, 2_000_000, 61_440],
    [1536, 200_000, 2_000_000, 122_880],
    [8192, 200_000, 2_000_000, 122_880],
  ])(
    'with %d MiB reads windows of %d rows and row groups of %d, and writes groups of %d',
    (limitMb, windowRows, groupRows, rowGroupRows) => {
      const made = budget({ memory_limit_mb: limitMb, chunk_size: 1 });
      expect(made).toMatchObject({ windowRows, groupRows, rowGroupRows });
    },
  );

  it.each([1, 25_000, 1_000_000])('takes chunks of %d rows if they are asked for', (rows) => {
    expect(budget({ memory_limit_mb: 256, chunk_size: rows }, [fileOfWidth(500)]).chunkRows).toBe(rows);
  });

  it('reads no fewer rows at a time than a chunk has', () => {
    expect(budget({ memory_limit_mb: 256, chunk_size: 50_001 }).windowRows).toBe(50_001);
    expect(budget({ memory_limit_mb: 8192, chunk_size: 300_000 }).windowRows).toBe(300_000);
  });
});

describe('chunks of a size that is left to the program', () => {
  const chunkRows = (limitMb: number, ...rates: readonly Footer[]) =>
    budget({ memory_limit_mb: limitMb, chunk_size: 'auto' }, rates).chunkRows;

  it.each([
    // a quarter of the limit, by 24 bytes for each value
    [1000, 100, 109_000],
    [1000, 200, 54_000],
    [500, 100, 54_000],
    [256, 30, 93_000],
  ])('with %d MiB and %d values in a row have %d rows', (limitMb, values, rows) => {
    expect(chunkRows(limitMb, fileOfWidth(values))).toBe(rows);
  });

  it('have neither too few rows nor too many', () => {
    expect(chunkRows(256, fileOfWidth(1000))).toBe(25_000);
    expect(chunkRows(8192, fileOfWidth(1))).toBe(200_000);
  });

  it('have the most rows where nothing is known of them', () => {
    expect(chunkRows(256)).toBe(200_000);
    expect(chunkRows(256, fileOf())).toBe(200_000);
    expect(chunkRows(256, fileOf([0, 0]))).toBe(200_000);
  });

  it('fit the widest file', () => {
    const [narrow, wide] = [fileOfWidth(10), fileOfWidth(200)];
    expect(chunkRows(1000, narrow, wide)).toBe(54_000);
    expect(chunkRows(1000, wide, narrow)).toBe(54_000);
  });

  it('fit the wider of the first and the last row group that has rows', () => {
    const narrow: Group = [100, 100];
    const wide: Group = [100, 20_000];
    const empty: Group = [0, 0];
    expect(chunkRows(1000, fileOf(narrow, wide))).toBe(54_000);
    expect(chunkRows(1000, fileOf(wide, narrow))).toBe(54_000);
    expect(chunkRows(1000, fileOf(empty, wide, narrow, empty))).toBe(54_000);
    expect(chunkRows(1000, fileOf(narrow, wide, empty))).toBe(54_000);
  });

  it('count the values of lists, of which a row may have several', () => {
    // 20 values a row in one column, 80 in another
    expect(chunkRows(1000, fileOf([50, 1000, 4000]))).toBe(109_000);
  });
});

describe('the memory of the database, once the rest is known', () => {
  const budget = { memoryLimitMb: 1024, databaseMb: 464 };

  it.each([
    ['as planned where the rest takes what was planned for', 250, 464],
    ['as planned as long as it fits', 467, 464],
    ['what is left, less what the database takes beyond its limit', 664, 300],
    ['enough to work with at the least', 1000, 128],
    ['that also where nothing is left', 2000, 128],
  ])('is %s', (_, residentMb, mb) => {
    expect(databaseMbBeside(budget, residentMb)).toBe(mb);
  });
});

describe('the memory that a run takes at most', () => {
  const budget = { memoryLimitMb: 1024, databaseMb: 464 };
  const mb = 2 ** 20;

  it.each([
    ['little for little', 0, 0, 314],
    ['more for wide windows', 20 * mb, 0, 430],
    ['more for many facts', 0, 800_000, 414],
    ['no more for facts than the database may take', 0, 1e9, 714],
    ['never more than the limit', 1000 * mb, 1e9, 1024],
  ])('is %s', (_, windowBytes, rows, expected) =>
    expect(estimateMemoryMb(budget, windowBytes, rows)).toBe(expected),
  );
});
