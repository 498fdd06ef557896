import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/config/environment.js';
import { loadConfig } from '../../../src/config/load.js';
import { type UpsertArguments, upsertFile } from '../../../src/pipeline/upsert-file.js';
import { readTable } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

type Request = Omit<UpsertArguments, 'tableName'> & { readonly tableName?: string };

function upsert(dataRoot: string, request: Request, settings: object = {}) {
  const flags = { data_root: dataRoot, ...settings };
  const config = loadConfig({ flags, file: null, environment: environmentOf({}) });
  const signal = new AbortController().signal;
  return upsertFile({ tableName: 'mine', ...request }, config.settings, signal);
}

const text = (name: string, values: readonly (string | null)[]) => pl.Series(name, [...values], pl.Utf8);

async function rowsOf(path: string, key: string) {
  const { rows } = await readTable(path);
  return rows.toSorted((one, other) => (String(one[key]) < String(other[key]) ? -1 : 1));
}

function codes(
  rows: readonly (readonly [code: string, description: string | null, name: string | null])[],
): DataFrame {
  return pl.DataFrame([
    text(
      'code_type',
      rows.map(() => 'CPT'),
    ),
    text(
      'code',
      rows.map(([code]) => code),
    ),
    text(
      'code_description',
      rows.map(([, description]) => description),
    ),
    text(
      'code_name',
      rows.map(([, , name]) => name),
    ),
  ]);
}

describe('an upsert into a table of any kind', () => {
  it('inserts rows whose key is new, keeps the others, and leaves a file alone that nothing changes', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'new', 'table.parquet');
      const first = pl.DataFrame({ id: ['a', 'b', 'a'], value: [1, 2, 3] });
      expect(await upsert(folder, { frame: first, outputPath, keys: ['id'] })).toEqual({
        ...{ inserted: 2, filled: 0, kept: 0, removed: 0, total: 2, path: outputPath },
        bytes: statSync(outputPath).size,
      });
      const second = pl.DataFrame({ value: [9, 8], id: ['b', 'c'] });
      expect(await upsert(folder, { frame: second, outputPath, keys: ['id'] })).toMatchObject({
        inserted: 1,
        kept: 2,
        total: 3,
      });
      expect(await rowsOf(outputPath, 'id')).toEqual([
        { id: 'a', value: 1 },
        { id: 'b', value: 2 },
        { id: 'c', value: 8 },
      ]);
      const written = statSync(outputPath, { bigint: true });
      expect(await upsert(folder, { frame: second, outputPath, keys: ['id'] })).toMatchObject({
        inserted: 0,
        kept: 3,
      });
      expect(statSync(outputPath, { bigint: true })).toMatchObject({
        ino: written.ino,
        mtimeNs: written.mtimeNs,
      });
      expect(readdirSync(dirname(outputPath))).toEqual(['table.parquet']);
    }));

  it('takes null in a key for a value, and columns of any name', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, "it's [a] *.parquet");
      const [odd, quote] = ['a "b"; DROP TABLE frame; --', "it's"];
      const frame = pl.DataFrame([
        text(odd, ['x', null, null]),
        text(quote, [null, null, 'y']),
        text('Ünï cödé', ['1', '2', '3']),
      ]);
      const keys = [odd, quote];
      expect(await upsert(folder, { frame, outputPath, keys })).toMatchObject({ inserted: 3 });
      expect(await upsert(folder, { frame, outputPath, keys })).toMatchObject({ inserted: 0, kept: 3 });
      expect((await rowsOf(outputPath, 'Ünï cödé')).map((row) => [row[odd], row[quote]])).toEqual([
        ['x', null],
        [null, null],
        [null, 'y'],
      ]);
    }));

  it('loses no row of callers that come at the same time, with pipelines of their own', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'table.parquet');
      const frames = Array.from({ length: 6 }, (_, caller) => pl.DataFrame({ id: [`${caller}`, 'shared'] }));
      const counts = await Promise.all(
        frames.map((frame, caller) =>
          upsert(join(folder, `root ${caller}`), { frame, outputPath, keys: ['id'] }),
        ),
      );
      expect(counts.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(7);
      expect((await rowsOf(outputPath, 'id')).map(({ id }) => id)).toEqual([
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
        'shared',
      ]);
    }));

  it('finishes first what a run that died was about to publish', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'table.parquet');
      pl.DataFrame({ id: ['published'] }).writeParquet(join(folder, '.waiting'));
      const journal = { files: [{ waiting: '.waiting', path: 'table.parquet' }] };
      writeFileSync(join(folder, '.publishing.json'), JSON.stringify(journal));
      await upsert(folder, { frame: pl.DataFrame({ id: ['mine'] }), outputPath, keys: ['id'] });
      expect((await rowsOf(outputPath, 'id')).map(({ id }) => id)).toEqual(['mine', 'published']);
    }));

  it.each([
    ['keys that are none', { keys: [] }, 'usage', 'keys: expected columns of the frame; found none'],
    ['keys that the frame lacks', { keys: ['id', 'ID'] }, 'usage', 'found ID'],
    [
      'columns that differ in case alone',
      { frame: pl.DataFrame({ id: ['a'], Id: ['b'] }) },
      'usage',
      'id, Id',
    ],
    [
      'a column without a name',
      { frame: pl.DataFrame({ id: ['a'], '': ['b'] }) },
      'usage',
      'columns without a name',
    ],
    [
      'other columns than the file has',
      { frame: pl.DataFrame({ id: ['a'], more: ['b'] }) },
      'data',
      'found the columns id VARCHAR, more VARCHAR; expected id VARCHAR',
    ],
    [
      'a column of another type',
      { frame: pl.DataFrame({ id: [1] }) },
      'data',
      'found the columns id DOUBLE; expected id VARCHAR',
    ],
  ])('refuses %s', (_, change, kind, message) =>
    withFolder(async (folder) => {
      const request = {
        frame: pl.DataFrame({ id: ['a'] }),
        outputPath: join(folder, 'table.parquet'),
        keys: ['id'],
      };
      await upsert(folder, request);
      const refusal = upsert(folder, { ...request, ...change });
      await expect(refusal).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
      expect(await rowsOf(request.outputPath, 'id')).toEqual([{ id: 'a' }]);
      expect(readdirSync(folder).toSorted()).toEqual(['.locks', 'table.parquet']);
    }),
  );

  it('refuses what is in the way', () =>
    withFolder(async (folder) => {
      const frame = pl.DataFrame({ id: ['a'] });
      writeFileSync(join(folder, 'text'), 'no parquet file');
      mkdirSync(join(folder, 'folder'));
      for (const [name, kind] of [
        ['text', 'data'],
        ['folder', 'data'],
        ['text/table.parquet', 'output'],
      ] as const) {
        const refusal = upsert(folder, { frame, outputPath: join(folder, name), keys: ['id'] });
        await expect(refusal).rejects.toMatchObject({ kind });
      }
    }));
});

describe('an upsert into one of the seven tables', () => {
  const keys = ['code_type', 'code'];
  const tableName = 'dim_code';

  it('makes one row of several, fills blanks, and takes the columns of the table alone', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'dim_code.parquet');
      const first = codes([
        ['1', 'b', ''],
        ['1', 'a', null],
        ['2', '', 'two'],
      ]).withColumns(pl.lit(1).alias('more'));
      expect(await upsert(folder, { frame: first, outputPath, keys, tableName })).toMatchObject({
        inserted: 2,
        total: 2,
      });
      const second = codes([
        ['1', 'c', 'one'],
        ['3', null, null],
      ]);
      expect(await upsert(folder, { frame: second, outputPath, keys, tableName })).toMatchObject({
        inserted: 1,
        filled: 1,
        kept: 1,
        total: 3,
      });
      expect(await rowsOf(outputPath, 'code')).toEqual([
        { code_type: 'CPT', code: '1', code_description: 'a', code_name: 'one' },
        { code_type: 'CPT', code: '2', code_description: null, code_name: 'two' },
        { code_type: 'CPT', code: '3', code_description: null, code_name: null },
      ]);
      const update = { dimension_conflict: 'update' };
      expect(await upsert(folder, { frame: second, outputPath, keys, tableName }, update)).toMatchObject({
        filled: 1,
      });
      expect((await rowsOf(outputPath, 'code'))[0]).toMatchObject({ code_description: 'c' });
    }));

  it('takes a column without a value for one of any type', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'dim_code.parquet');
      const frame = codes([['1', null, 'one']]).withColumns(pl.lit(null).alias('code_description'));
      await upsert(folder, { frame, outputPath, keys, tableName });
      expect((await readTable(outputPath)).columns.map(({ type }) => type)).toEqual(Array(4).fill('VARCHAR'));
    }));

  it.each([
    [
      'another key',
      codes([['1', null, null]]),
      ['code'],
      'usage',
      'expected code_type, code, the key of dim_code',
    ],
    ['a row without its key', codes([['', null, null]]), keys, 'data', '1 rows without code_type or code'],
    [
      'a missing column',
      codes([['1', null, null]]).drop('code_name'),
      keys,
      'data',
      'expected code_type VARCHAR, code VARCHAR, code_description VARCHAR, code_name VARCHAR',
    ],
    [
      'another type',
      codes([['1', null, null]]).withColumns(pl.lit(1).alias('code_name')),
      keys,
      'data',
      'code_name',
    ],
  ])('refuses %s', (_, frame, given, kind, message) =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'dim_code.parquet');
      const refusal = upsert(folder, { frame, outputPath, keys: given, tableName });
      await expect(refusal).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
    }),
  );

  it('refuses a file of another make', () =>
    withFolder(async (folder) => {
      const outputPath = join(folder, 'dim_code.parquet');
      await upsert(folder, { frame: pl.DataFrame({ id: ['a'] }), outputPath, keys: ['id'] });
      const refusal = upsert(folder, { frame: codes([['1', null, null]]), outputPath, keys, tableName });
      await expect(refusal).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('not a dim_code'),
      });
    }));
});
