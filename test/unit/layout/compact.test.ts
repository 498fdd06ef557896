import { readdirSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../src/config/settings.js';
import { compact } from '../../../src/layout/compact.js';
import { readDataset } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';
import { datasetIn, describeDataset, partsThere, readList, settingsOf } from '../../support/partitioned.js';
import { august, factsOf, september, writeDataset, writePart } from '../../support/small-dataset.js';

interface Scene {
  readonly root: string;
  readonly dataset: string;
  readonly settings: Settings;
}

/** A data root with three parts of August and one of September. */
const inScene = (work: (scene: Scene) => Promise<void>) =>
  withFolder(async (root) => {
    const dataset = datasetIn(root);
    await writeDataset(dataset, { [august]: [['a', 'b'], ['c'], ['d']], [september]: [['e']] });
    await work({ root, dataset, settings: settingsOf({ data_root: root, fact_layout: 'partitioned' }) });
  });

const { signal } = new AbortController();

function run(settings: Settings, observed: string[] = []) {
  return compact(settings, (partition) => observed.push(partition), signal);
}

async function factsIn(dataset: string): Promise<string[]> {
  return (await readDataset(dataset)).rows.map((row) => JSON.stringify(row)).sort();
}

/** A size for so many facts of a part. */
const mbFor = (facts: number) => ((facts - 0.5) * 24) / 2 ** 20;

describe('compact', () => {
  it('joins the parts of a partition that has several, and touches no other', async () => {
    await inScene(async ({ root, dataset, settings }) => {
      const before = await factsIn(dataset);
      const listed = readList(dataset).files;
      const other = statSync(join(dataset, september, 'part-a-0.parquet'));
      const observed: string[] = [];
      const compaction = await run(settings, observed);

      const [joined] = readList(dataset).files;
      const bytes = listed.slice(0, 3).reduce((sum, part) => sum + part.bytes, 0);
      expect(compaction).toEqual({
        partitions: 2,
        compacted: [
          {
            ...{ partition: august, rows: 4, parts_before: 3, parts: 1 },
            ...{ bytes_before: bytes, bytes: joined?.bytes },
          },
        ],
      });
      expect(observed).toEqual([august]);
      expect(partsThere(dataset)).toEqual([
        expect.stringMatching(new RegExp(`^${august}/part-\\d{8}T\\d{6}Z-[0-9a-f]{6}-0\\.parquet$`)),
        `${september}/part-a-0.parquet`,
      ]);
      expect(await factsIn(dataset)).toEqual(before);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      const now = statSync(join(dataset, september, 'part-a-0.parquet'));
      expect([now.ino, now.mtimeMs]).toEqual([other.ino, other.mtimeMs]);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);

      expect(await run(settings)).toEqual({ partitions: 2, compacted: [] });
    });
  });

  it('lets parts stand that are as large as they are to be', async () => {
    await inScene(async ({ dataset, settings }) => {
      const before = await factsIn(dataset);
      expect(await run({ ...settings, target_part_mb: mbFor(1) })).toMatchObject({ compacted: [] });
      const { compacted } = await run({ ...settings, target_part_mb: mbFor(2) });
      expect(compacted).toMatchObject([{ partition: august, rows: 4, parts_before: 3, parts: 2 }]);
      expect(readList(dataset).files.map(({ rows }) => rows)).toEqual([2, 2, 1]);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      expect(await factsIn(dataset)).toEqual(before);
    });
  });

  it('joins partitions whose values look like numbers or are blank', async () => {
    await inScene(async ({ dataset, settings }) => {
      const odd = 'state=GA/payer_slug=007/year_month=__HIVE_DEFAULT_PARTITION__';
      await writeDataset(dataset, { [odd]: [['x'], ['y']] });
      const before = await factsIn(dataset);
      const { compacted } = await run(settings);
      expect(compacted.map(({ partition }) => partition)).toEqual([odd, august]);
      expect(await factsIn(dataset)).toEqual(before);
    });
  });

  it('has nothing to join where there are no facts', async () => {
    await withFolder(async (root) => {
      await writeDataset(datasetIn(root), {});
      const settings = settingsOf({ data_root: root, fact_layout: 'partitioned' });
      expect(await run(settings)).toEqual({ partitions: 0, compacted: [] });
    });
  });

  it('finds facts in partitions also where settings say one file', async () => {
    await inScene(async ({ root }) => {
      expect(await run(settingsOf({ data_root: root }))).toMatchObject({ compacted: [{ parts: 1 }] });
    });
  });

  it('is refused where facts are one file, or are none', async () => {
    await withFolder(async (root) => {
      await expect(run(settingsOf({ data_root: root }))).rejects.toMatchObject({
        kind: 'config',
        message: 'facts are one file, which has no parts to join; expected fact_layout: partitioned',
        hint: '`etl1 migrate --to partitioned` converts them',
      });
      const settings = settingsOf({ data_root: root, fact_layout: 'partitioned' });
      await expect(run(settings)).rejects.toMatchObject({
        kind: 'input',
        message: `${join(datasetIn(root), '_manifest.json')}: no facts are there`,
      });
    });
  });

  it.each<[string, (dataset: string) => Promise<void>, RegExp]>([
    ['gone', (dataset) => rm(join(dataset, august, 'part-a-1.parquet')), /part-a-1\.parquet: is gone/],
    [
      'changed',
      (dataset) => writePart(join(dataset, august, 'part-a-1.parquet'), factsOf(['x', 'y'])),
      /part-a-1\.parquet: was changed/,
    ],
    [
      'not listed',
      (dataset) => writePart(join(dataset, august, 'mine.parquet'), factsOf(['x'])),
      /mine\.parquet: is not in the list/,
    ],
  ])('changes nothing where a part is %s', async (_, change, message) => {
    await inScene(async ({ root, dataset, settings }) => {
      await change(dataset);
      const there = partsThere(dataset);
      await expect(run(settings)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(message),
      });
      expect(partsThere(dataset)).toEqual(there);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });

  it('finishes first what a run that died was about to publish', async () => {
    await inScene(async ({ root, dataset, settings }) => {
      await writeFile(join(root, 'gold', 'waiting'), 'x');
      const journal = { files: [{ waiting: 'gold/waiting', path: 'dims/dim_code.parquet' }] };
      await writeFile(join(root, '.publishing.json'), JSON.stringify(journal));
      await run(settings);
      expect(readdirSync(join(root, 'dims'))).toEqual(['dim_code.parquet']);
      expect(readdirSync(root).sort()).toEqual(['.locks', '.rewritten.json', 'dims', 'gold']);
      expect(partsThere(dataset)).toHaveLength(2);
    });
  });

  it('stops where it is told to, and leaves nothing behind', async () => {
    await inScene(async ({ root, dataset, settings }) => {
      const there = partsThere(dataset);
      const stop = new AbortController();
      const stopped = compact(settings, () => stop.abort(new RangeError('stopped')), stop.signal);
      await expect(stopped).rejects.toThrow('stopped');
      expect(partsThere(dataset)).toEqual(there);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });
});
