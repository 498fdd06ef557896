import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../../src/layout/migrate.js';
import { tableNamed } from '../../../src/tables/tables.js';
import type { OutputRow } from '../../model/tables.js';
import { readDataset, readTable } from '../../support/fixture.js';
import { pathOf, withFolder } from '../../support/load-pair.js';
import { datasetIn, describeDataset, partsThere, readList, settingsOf } from '../../support/partitioned.js';
import { august, factsOf, september, writeDataset, writePart } from '../../support/small-dataset.js';
import { selectRows, writeQueries } from '../../support/write-outputs.js';

const { signal } = new AbortController();

const run = (root: string, to: 'single' | 'partitioned', settings: object = {}) =>
  migrate({ ...settingsOf({ data_root: root }), ...settings }, to, signal);

const fileIn = (root: string) => pathOf(root, 'fact_rate');

async function writeSingle(root: string, facts: readonly OutputRow[]): Promise<void> {
  await mkdir(dirname(fileIn(root)), { recursive: true });
  await writeQueries({ [fileIn(root)]: selectRows('fact_rate', facts) });
}

/** Rows as sorted lines, each with its columns in the order of their names. */
const linesOf = (rows: readonly OutputRow[]) =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

const codes = Array.from({ length: 30 }, (_, number) => `c${number}`);

const facts = [
  ...factsOf(codes),
  ...factsOf(['x'], { year_month: '2025-09' }),
  ...factsOf(['y'], { year_month: null, state: 'NY' }),
  ...factsOf(['z'], { payer_slug: '007' }),
];

const folders = [
  'state=GA/payer_slug=007/year_month=2025-08',
  august,
  september,
  'state=NY/payer_slug=acme/year_month=__HIVE_DEFAULT_PARTITION__',
];

describe('migrate --to partitioned', () => {
  it('makes a part of each partition, and removes the file', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      const dataset = datasetIn(root);
      const migration = await run(root, 'partitioned');
      const { files, rows, bytes } = readList(dataset);
      expect(migration).toEqual({
        ...{ status: 'migrated', layout: 'partitioned', rows: 33, files: 4 },
        ...{ bytes, path: dataset },
      });
      expect([rows, files.map(({ path }) => dirname(path))]).toEqual([33, folders]);
      expect(linesOf((await readDataset(dataset)).rows)).toEqual(linesOf(facts));
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });

  it('makes several parts where they are to be small', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      await run(root, 'partitioned', { target_part_mb: (10 * 24) / 2 ** 20 });
      const dataset = datasetIn(root);
      const shares = readList(dataset).files.filter(({ path }) => path.startsWith(august));
      expect(shares).toHaveLength(3);
      expect(shares.reduce((sum, { rows }) => sum + rows, 0)).toBe(30);
      expect(linesOf((await readDataset(dataset)).rows)).toEqual(linesOf(facts));
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
    });
  });

  it('takes a fact table without facts', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, []);
      expect(await run(root, 'partitioned')).toMatchObject({ status: 'migrated', rows: 0, files: 0 });
      expect(readList(datasetIn(root))).toMatchObject({ rows: 0, files: [] });
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });

  it.each<[string, OutputRow]>([
    ['state', { state: '../..' }],
    ['payer', { payer_slug: 'a/b' }],
    ['month', { year_month: 'a/b' }],
    ['payer', { payer_slug: null }],
  ])('is refused where no folder can be named after a %s', async (_, values) => {
    await withFolder(async (root) => {
      await writeSingle(root, [...facts, ...factsOf(['odd'], values)]);
      const content = readFileSync(fileIn(root));
      await expect(run(root, 'partitioned')).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('no partition can be made of {"state":'),
      });
      expect(readFileSync(fileIn(root))).toEqual(content);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate.parquet']);
    });
  });

  it('is refused where something is in its way, and takes an empty folder', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      const dataset = datasetIn(root);
      await mkdir(dataset);
      await writeFile(join(dataset, 'notes.txt'), 'mine');
      await expect(run(root, 'partitioned')).rejects.toMatchObject({
        kind: 'data',
        message: `${dataset}: is in the way; expected nothing there`,
      });
      expect(readdirSync(dataset)).toEqual(['notes.txt']);
      await rm(join(dataset, 'notes.txt'));
      expect(await run(root, 'partitioned')).toMatchObject({ status: 'migrated', rows: 33 });
    });
  });
});

describe('migrate --to single', () => {
  /** Partitions of all facts, one of several parts. */
  const withPartitions = (work: (root: string, dataset: string) => Promise<void>) =>
    withFolder(async (root) => {
      const dataset = datasetIn(root);
      await writeDataset(dataset, { [august]: [codes.slice(0, 20), codes.slice(20)], [september]: [['x']] });
      await work(root, dataset);
    });

  it('makes one file of all parts, and removes them', async () => {
    await withPartitions(async (root) => {
      const migration = await run(root, 'single', { fact_layout: 'partitioned' });
      const path = fileIn(root);
      expect(migration).toEqual({
        ...{ status: 'migrated', layout: 'single', rows: 31, files: 1 },
        ...{ bytes: statSync(path).size, path },
      });
      const { rows, columns } = await readTable(path);
      expect(linesOf(rows)).toEqual(linesOf(facts.slice(0, 31)));
      expect(columns.map(({ name }) => name).slice(0, 3)).toEqual(['fact_uid', 'state', 'year_month']);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate.parquet']);
    });
  });

  it('keeps a blank month and a payer that is a number', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      await run(root, 'partitioned');
      await run(root, 'single');
      expect(linesOf((await readTable(fileIn(root))).rows)).toEqual(linesOf(facts));
    });
  });

  it('makes a file without rows where there are no parts', async () => {
    await withFolder(async (root) => {
      await writeDataset(datasetIn(root), {});
      expect(await run(root, 'single')).toMatchObject({ status: 'migrated', rows: 0, files: 1 });
      const { rows, columns } = await readTable(fileIn(root));
      expect(rows).toEqual([]);
      expect(columns).toEqual(tableNamed('fact_rate').columns.map(({ name, type }) => ({ name, type })));
      expect(existsSync(datasetIn(root))).toBe(false);
    });
  });

  it.each<[string, (dataset: string) => Promise<void>, RegExp]>([
    ['gone', (dataset) => rm(join(dataset, august, 'part-a-1.parquet')), /part-a-1\.parquet: is gone/],
    [
      'changed',
      (dataset) => writePart(join(dataset, september, 'part-a-0.parquet'), factsOf(['q'])),
      /part-a-0\.parquet: was changed/,
    ],
    [
      'of a partition that the list does not know',
      (dataset) =>
        writePart(join(dataset, 'state=TX/payer_slug=a/year_month=2025-08/b.parquet'), factsOf(['q'])),
      /b\.parquet: is not in the list of parts/,
    ],
  ])('changes nothing where a part is %s', async (_, change, message) => {
    await withPartitions(async (root, dataset) => {
      await change(dataset);
      const there = partsThere(dataset);
      await expect(run(root, 'single')).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(message),
      });
      expect(partsThere(dataset)).toEqual(there);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });

  it('keeps to the facts that settings name where there are both', async () => {
    await withPartitions(async (root, dataset) => {
      await writeSingle(root, factsOf(['q']));
      await expect(run(root, 'single', { fact_layout: 'partitioned' })).rejects.toMatchObject({
        kind: 'data',
        message: `${fileIn(root)}: is in the way; expected nothing there`,
      });
      await expect(run(root, 'partitioned')).rejects.toMatchObject({
        message: `${dataset}: is in the way; expected nothing there`,
      });
      expect(await run(root, 'single')).toMatchObject({ status: 'unchanged', rows: 1 });
    });
  });
});

describe('migrate', () => {
  it('has nothing to do where facts are as they are to be', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      const { mtimeMs } = statSync(fileIn(root));
      expect(await run(root, 'single')).toMatchObject({
        ...{ status: 'unchanged', layout: 'single', rows: 33, files: 1, path: fileIn(root) },
      });
      expect(statSync(fileIn(root)).mtimeMs).toBe(mtimeMs);
      await run(root, 'partitioned');
      const before = readList(datasetIn(root));
      expect(await run(root, 'partitioned')).toMatchObject({ status: 'unchanged', rows: 33, files: 4 });
      expect(readList(datasetIn(root))).toEqual(before);
    });
  });

  it('is refused where the file of facts cannot be read', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      await truncate(fileIn(root), 1000);
      await expect(run(root, 'partitioned')).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining(`${fileIn(root)} is in the way: it is not a fact_rate of etl1`),
        hint: expect.stringContaining('move that file away'),
      });
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate.parquet']);
    });
  });

  it.each(['single', 'partitioned'] as const)('to %s is refused where there are no facts', async (to) => {
    await withFolder(async (root) => {
      await expect(run(root, to)).rejects.toMatchObject({
        kind: 'input',
        message: `${fileIn(root)}: no facts are there`,
        hint: expect.stringContaining(`\`fact_layout: ${to}\` is all that is needed before the first load`),
      });
      expect(readdirSync(root)).toEqual([]);
    });
  });

  it('is finished where a run died between its renames', async () => {
    await withFolder(async (root) => {
      await writeSingle(root, facts);
      const waiting = join('gold', '.fact_rate.run');
      await writeDataset(join(root, waiting, 'new'), { [august]: [codes] });
      const files = [
        { waiting: join(waiting, 'new'), path: join('gold', 'fact_rate') },
        { waiting: join('gold', 'fact_rate.parquet'), path: join(waiting, 'old.parquet'), isAside: true },
      ];
      await writeFile(join(root, '.publishing.json'), JSON.stringify({ files }));
      expect(await run(root, 'partitioned')).toMatchObject({ status: 'unchanged', rows: 30, files: 1 });
      expect(existsSync(fileIn(root))).toBe(false);
      expect(existsSync(join(root, '.publishing.json'))).toBe(false);
    });
  });
});
