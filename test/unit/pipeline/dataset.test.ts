import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MergedTable, PartitionChange } from '../../../src/load/merge-table.js';
import { publish } from '../../../src/load/publish.js';
import { digestContent } from '../../../src/parquet/digest-content.js';
import { catalogOf, readCatalog } from '../../../src/pipeline/catalog.js';
import { openDataset } from '../../../src/pipeline/dataset.js';
import { withFolder } from '../../support/load-pair.js';
import { describeDataset, partsThere, readList } from '../../support/partitioned.js';
import { august, factsOf, september, writeDataset, writePart } from '../../support/small-dataset.js';

const partition = { state: 'GA', payer_slug: 'acme', year_month: '2025-08' };

/** Opens a dataset as a run does, with `--force` or without. */
function open(dataset: string, acceptsOutputs = false) {
  const outputs = [{ table: 'fact_rate', path: catalogOf(dataset), exists: true }] as const;
  return openDataset({ outputs, acceptsOutputs, partRows: 10 }, 'run');
}

/** What a merge counts besides, which is no matter of the dataset. */
const counts = {
  ...{ facts: 0, facts_with_npi: 0, facts_with_tin: 0, groups: 0, in_providers: 0, in_rates: 0 },
  ...{ providers_without_rates: 0, rates_without_providers: 0, with_npi: 0, with_tin: 0 },
};

/** What a merge tells of one partition that facts came in for. */
function mergedWith(dataset: string, change: Omit<PartitionChange, 'partition'>, inserted: number) {
  const facts: MergedTable = {
    ...{ table: 'fact_rate', path: catalogOf(dataset), waiting: null, digest: null },
    ...{ inserted, filled: 0, kept: 0, removed: 0, total: inserted },
  };
  const survey = { counts, examples: {} };
  return {
    tables: [facts],
    partitions: [{ partition, ...change }],
    slices: [partition],
    gainingGroups: 0,
    survey,
  };
}

const withDataset = (work: (dataset: string, root: string) => Promise<void>) =>
  withFolder(async (root) => {
    const dataset = join(root, 'fact_rate');
    await writeDataset(dataset, { [august]: [['a', 'b'], ['c']], [september]: [['d']] });
    await work(dataset, root);
  });

describe('facts that are kept in partitions', () => {
  it('are none where they are one file', async () => {
    const outputs = [{ table: 'fact_rate', path: '/data/gold/fact_rate.parquet', exists: false }] as const;
    expect(await openDataset({ outputs, acceptsOutputs: false, partRows: 10 }, 'run')).toBeNull();
  });

  it('get parts and a list of all of them, counted over all partitions', async () => {
    await withDataset(async (dataset, root) => {
      const opened = await open(dataset);
      if (!opened) throw new RangeError('not opened');
      expect(opened).toMatchObject({ waiting: join(root, '.fact_rate.run'), partRows: 10 });
      expect(await opened.partsOf(partition)).toEqual(
        ['part-a-0.parquet', 'part-a-1.parquet'].map((name) => join(dataset, august, name)),
      );
      const waiting = join(opened.waiting, 'x.part');
      await writePart(waiting, factsOf(['e', 'f']));
      const parts = [{ waiting, rows: 2, digest: await digestContent(waiting) }];
      const placed = await opened.place(mergedWith(dataset, { replaces: false, parts }, 2));
      const list = { waiting: join(dataset, '._manifest.json.run'), path: catalogOf(dataset) };
      expect(placed.tables).toEqual([
        {
          ...{ table: 'fact_rate', ...list, digest: await digestContent(list.waiting) },
          ...{ inserted: 2, filled: 0, kept: 4, removed: 0, total: 6 },
        },
      ]);
      expect(placed.parts).toEqual([{ waiting, path: join(dataset, august, 'part-run-0.parquet') }]);
      await publish([...placed.parts, list], { path: join(root, '.journal'), root });
      await opened.removeWaiting();
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      expect(readList(dataset).rows).toBe(6);
      expect(await readdir(root)).toEqual(['fact_rate']);
    });
  });

  it('leave the list as it is where nothing came in', async () => {
    await withDataset(async (dataset) => {
      const opened = await open(dataset);
      const placed = await opened?.place(mergedWith(dataset, { replaces: false, parts: [] }, 0));
      expect(placed).toMatchObject({ parts: [], tables: [{ waiting: null, kept: 4, total: 4 }] });
      expect((await readdir(dataset)).sort()).toEqual(['_manifest.json', 'state=GA']);
    });
  });

  it('begin with an empty list', async () => {
    await withFolder(async (root) => {
      const dataset = join(root, 'gold', 'fact_rate');
      const opened = await open(dataset);
      expect(await opened?.partsOf(partition)).toEqual([]);
      await opened?.place(mergedWith(dataset, { replaces: false, parts: [] }, 0));
      expect(await readCatalog(join(dataset, '._manifest.json.run'))).toMatchObject({ rows: 0, files: [] });
    });
  });
});

describe('a list of parts that is gone', () => {
  it('is refused, and made anew of what is there with --force', async () => {
    await withDataset(async (dataset) => {
      await rm(catalogOf(dataset));
      await expect(open(dataset)).rejects.toMatchObject({
        kind: 'data',
        message: `${catalogOf(dataset)}: is gone, though there are 2 partitions; expected the list of their parts`,
        hint: 'put it back from a backup; or make it anew of what is there with `--force`',
      });
      const opened = await open(dataset, true);
      expect(await opened?.partsOf(partition)).toHaveLength(2);
      await opened?.place(mergedWith(dataset, { replaces: false, parts: [] }, 0));
      const made = await readCatalog(join(dataset, '._manifest.json.run'));
      expect(made?.files.map(({ path }) => path)).toEqual(partsThere(dataset));
      expect(made?.rows).toBe(4);
    });
  });
});

describe('a partition that something else changed', () => {
  it('is refused where facts come in for it, and taken as it is with --force', async () => {
    await withDataset(async (dataset) => {
      await rm(join(dataset, august, 'part-a-1.parquet'));
      const refused = await open(dataset);
      await expect(refused?.partsOf(partition)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('part-a-1.parquet: is gone'),
      });
      expect(await refused?.partsOf({ ...partition, year_month: '2025-09' })).toHaveLength(1);

      const opened = await open(dataset, true);
      expect(await opened?.partsOf(partition)).toEqual([join(dataset, august, 'part-a-0.parquet')]);
      const placed = await opened?.place(mergedWith(dataset, { replaces: false, parts: [] }, 0));
      expect(placed?.tables).toMatchObject([{ kept: 3, total: 3 }]);
      const made = await readCatalog(join(dataset, '._manifest.json.run'));
      expect(made?.files.map(({ path }) => path)).toEqual(partsThere(dataset));
      expect(existsSync(join(dataset, september))).toBe(true);
    });
  });

  it('is refused with --force too where it holds what is no part', async () => {
    await withDataset(async (dataset) => {
      await writeFile(join(dataset, august, 'mine.parquet'), 'x');
      const opened = await open(dataset, true);
      await expect(opened?.partsOf(partition)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('mine.parquet'),
      });
    });
  });
});
