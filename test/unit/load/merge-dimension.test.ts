import { existsSync, readFileSync } from 'node:fs';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { copyToParquet } from '../../../src/load/sql.js';
import { concatenate } from '../../../src/parquet/concatenate.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { tableNamed } from '../../../src/tables/tables.js';
import type { DimensionName } from '../../model/incoming.js';
import { type OutputRow, tableOf } from '../../model/tables.js';
import { upsertDimension } from '../../model/upsert-dimension.js';
import { differenceOf, readTable } from '../../support/fixture.js';
import { withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { type DimensionLoad, dimensionPath, selectRows, upsertRows } from '../../support/upsert-rows.js';

const tin = (number: number, type: string | null = 'ein'): OutputRow => ({
  pg_uid: `group ${number % 7}`,
  tin_type: type,
  tin_value: `${number}`,
});

const posSet = (members: readonly string[]): OutputRow => ({
  pos_set_id: members.join('|'),
  pos_members: members,
});

const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, index) => first + index);

/** Expects of a dimension that it holds just these rows, in the columns of its table. */
async function expectRows(folder: string, name: DimensionName, rows: Iterable<OutputRow>): Promise<void> {
  const stored = await readTable(dimensionPath(folder, name));
  expect(stored.columns).toEqual(
    tableNamed(name).columns.map((column) => ({ name: column.name, type: column.type })),
  );
  expect(differenceOf(name, rows, stored.rows)).toEqual({ missing: [], unexpected: [] });
}

/** Loads onto what is there; expects the rows that the naive model has, and gives the counts. */
async function load(folder: string, request: DimensionLoad) {
  const { name, rows, dimensionConflict = 'fill' } = request;
  const path = dimensionPath(folder, name);
  const before = tableOf(name, existsSync(path) ? (await readTable(path)).rows : []);
  const { waiting, inserted, filled, kept, total } = await upsertRows(folder, request);
  await expectRows(folder, name, upsertDimension(name, before, rows, dimensionConflict).values());
  return { inserted, filled, kept, total, isWritten: waiting !== null };
}

/** The bytes of a file as far as its footer. */
function dataOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
}

const startsWith = (bytes: Buffer, start: Buffer) => bytes.subarray(0, start.length).equals(start);

/** Does a load, and tells whether the row groups that were there stand at the start of the new file as they were. */
async function keepsRowGroups(folder: string, request: DimensionLoad): Promise<boolean> {
  const path = dimensionPath(folder, request.name);
  const before = dataOf(readFileSync(path));
  await load(folder, request);
  return startsWith(readFileSync(path), before);
}

async function groupsOf(folder: string, name: DimensionName) {
  const { rowGroups } = await readFooter(dimensionPath(folder, name));
  return rowGroups.map(({ rows, chunks }) => ({
    rows,
    codecs: chunks.map(({ metadata }) => metadata.codec),
  }));
}

const write = (query: string, path: string) =>
  withDatabase(async (connection) => {
    await connection.run(query.startsWith('COPY') ? query : copyToParquet(query, path, 2048));
  });

describe('a dimension', () => {
  const name = 'xref_pg_tin';

  it('is written when there is none yet, also without rows', () =>
    withFolder(async (folder) => {
      expect(await load(folder, { name, rows: [] })).toEqual({
        ...{ inserted: 0, filled: 0, kept: 0, total: 0, isWritten: true },
      });
      expect(await load(folder, { name, rows: [tin(1), tin(2, null)] })).toEqual({
        ...{ inserted: 2, filled: 0, kept: 0, total: 2, isWritten: true },
      });
    }));

  it('that gets nothing is left alone', () =>
    withFolder(async (folder) => {
      await load(folder, { name, rows: [tin(1), tin(2, null), tin(3)] });
      expect(await load(folder, { name, rows: [tin(1, 'npi'), tin(2, null)] })).toEqual({
        ...{ inserted: 0, filled: 0, kept: 3, total: 3, isWritten: false },
      });
      expect(await load(folder, { name, rows: [] })).toMatchObject({ kept: 3, isWritten: false });
    }));

  it('that gets new rows alone keeps the bytes of the others', () =>
    withFolder(async (folder) => {
      await load(folder, { name, rows: numbers(5000).map((number) => tin(number)) });
      const path = dimensionPath(folder, name);
      const before = dataOf(readFileSync(path));
      const rows = numbers(20, 4990).map((number) => tin(number, 'npi'));
      expect(await load(folder, { name, rows })).toEqual({
        ...{ inserted: 10, filled: 0, kept: 5000, total: 5010, isWritten: true },
      });
      expect(startsWith(readFileSync(path), before)).toBe(true);
      expect((await groupsOf(folder, name)).map((group) => group.rows)).toEqual([2048, 2048, 904, 10]);
      // a file that was put together is put together again
      expect(await keepsRowGroups(folder, { name, rows: [tin(9000)] })).toBe(true);
    }));

  it('without other columns than its key gets new rows alone', () =>
    withFolder(async (folder) => {
      const npi = (number: number) => ({ pg_uid: 'group', npi: `${number}` });
      await load(folder, { name: 'xref_pg_npi', rows: numbers(3).map(npi) });
      expect(await keepsRowGroups(folder, { name: 'xref_pg_npi', rows: numbers(3, 1).map(npi) })).toBe(true);
    }));

  it('of lists keeps the bytes of its rows', () =>
    withFolder(async (folder) => {
      await load(folder, { name: 'dim_pos_set', rows: [[], ['11'], ['02', '11']].map(posSet) });
      const rows = [['11'], ['21', '22', '23'], ["it's", '']].map(posSet);
      expect(await keepsRowGroups(folder, { name: 'dim_pos_set', rows })).toBe(true);
      const columns = pl.readParquet(dimensionPath(folder, 'dim_pos_set')).toRecords();
      expect(columns.map((row) => row['pos_members'])).toContainEqual(['21', '22', '23']);
    }));

  it('is written again with the attributes that it gets', () =>
    withFolder(async (folder) => {
      await load(folder, { name, rows: [tin(1), tin(2, null), tin(3, null), tin(4, null)] });
      const rows = [tin(1, 'npi'), tin(2, 'npi'), tin(3, null), tin(5)];
      expect(await load(folder, { name, rows })).toEqual({
        ...{ inserted: 1, filled: 1, kept: 3, total: 5, isWritten: true },
      });
      expect(await load(folder, { name, rows: [tin(4)] })).toMatchObject({ inserted: 0, filled: 1, kept: 4 });
    }));

  it('takes what comes in where that is asked for, but no blank', () =>
    withFolder(async (folder) => {
      await load(folder, { name, rows: [tin(1), tin(2, null), tin(3)] });
      const update = { name, dimensionConflict: 'update' } as const;
      const rows = [tin(1, 'npi'), tin(2, null), tin(3, null), tin(4)];
      expect(await load(folder, { ...update, rows })).toMatchObject({ inserted: 1, filled: 1, kept: 2 });
      expect(await load(folder, { ...update, rows })).toMatchObject({ kept: 4, isWritten: false });
      expect(await keepsRowGroups(folder, { ...update, rows: [tin(1, 'npi'), tin(5)] })).toBe(true);
    }));
});

describe('row groups', () => {
  const name = 'xref_pg_tin';
  const spread = [tin(1), tin(2, null), tin(3)];

  it('of another schema are written again', () =>
    withFolder(async (folder) => {
      const path = dimensionPath(folder, name);
      const frame = pl.DataFrame(spread.map((row) => ({ ...row })));
      frame.writeParquet(path, { compression: 'zstd' });
      expect(await keepsRowGroups(folder, { name, rows: [tin(1, 'npi'), tin(4)] })).toBe(false);
      expect(await keepsRowGroups(folder, { name, rows: [tin(5)] })).toBe(true);
    }));

  it('packed in another way are written again', () =>
    withFolder(async (folder) => {
      const path = dimensionPath(folder, name);
      await write(
        `COPY (${selectRows(name, spread)}) TO '${path}' (FORMAT PARQUET, COMPRESSION SNAPPY)`,
        path,
      );
      expect(await keepsRowGroups(folder, { name, rows: [tin(4)] })).toBe(false);
      expect(await groupsOf(folder, name)).toEqual([{ rows: 4, codecs: ['ZSTD', 'ZSTD', 'ZSTD'] }]);
    }));

  it('of few rows are written again when there are too many', () =>
    withFolder(async (folder) => {
      const parts = numbers(63).map((number) => ({ number, path: `${folder}/${number}.parquet` }));
      for (const { number, path } of parts) await write(selectRows(name, [tin(number)]), path);
      await concatenate(
        parts.map(({ path }) => path),
        dimensionPath(folder, name),
      );
      expect(await keepsRowGroups(folder, { name, rows: [tin(100)] })).toBe(true);
      expect(await groupsOf(folder, name)).toHaveLength(64);
      expect(await load(folder, { name, rows: [tin(101)] })).toMatchObject({ inserted: 1, kept: 64 });
      expect((await groupsOf(folder, name)).map(({ rows }) => rows)).toEqual([65]);
    }));
});

describe('an output with keys that are not unique, or blank', () => {
  const name = 'xref_pg_tin';
  const keyless = { pg_uid: null, tin_type: 'ein', tin_value: null };
  const there = [tin(1), tin(1, 'npi'), tin(2, null), tin(2, null), keyless];

  async function onto(rows: readonly OutputRow[], expected: readonly OutputRow[]) {
    return withFolder(async (folder) => {
      await write(selectRows(name, there), dimensionPath(folder, name));
      const { inserted, filled, kept, waiting } = await upsertRows(folder, { name, rows });
      await expectRows(folder, name, expected);
      return { inserted, filled, kept, isWritten: waiting !== null };
    });
  }

  it('is left alone where nothing comes in', async () => {
    expect(await onto([tin(1)], there)).toEqual({ inserted: 0, filled: 0, kept: 5, isWritten: false });
  });

  it('keeps its rows beside the new ones', async () => {
    expect(await onto([tin(1), tin(3)], [...there, tin(3)])).toMatchObject({ inserted: 1, kept: 5 });
  });

  it('gets an attribute in each of the rows of a key', async () => {
    const expected = [tin(1), tin(1, 'npi'), tin(2), tin(2), keyless, tin(3)];
    expect(await onto([tin(2), tin(3)], expected)).toMatchObject({ inserted: 1, filled: 2, kept: 3 });
  });
});
