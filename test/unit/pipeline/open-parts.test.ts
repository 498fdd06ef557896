import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogOf, makeCatalog, readCatalog } from '../../../src/pipeline/catalog.js';
import {
  adopt,
  findDifference,
  findPartitions,
  listedIn,
  openListed,
} from '../../../src/pipeline/open-parts.js';
import { withFolder } from '../../support/load-pair.js';
import { august, factsOf, september, writeDataset, writePart } from '../../support/small-dataset.js';
import { selectRows, writeQueries } from '../../support/write-outputs.js';

/** Runs work on a dataset of two parts in August and one in September. */
const withDataset = (work: (dataset: string) => Promise<void>) =>
  withFolder(async (folder) => {
    const dataset = join(folder, 'fact_rate');
    await writeDataset(dataset, { [august]: [['a', 'b'], ['c']], [september]: [['d']] });
    await work(dataset);
  });

async function catalogIn(dataset: string) {
  return (await readCatalog(catalogOf(dataset))) ?? makeCatalog([]);
}

const pathsOf = (parts: readonly { readonly path: string }[]) => parts.map(({ path }) => path);

const ofAugust = [`${august}/part-a-0.parquet`, `${august}/part-a-1.parquet`];

describe('the partitions of a dataset', () => {
  it('are the folders that are named as theirs, whatever else is there', async () => {
    await withDataset(async (dataset) => {
      for (const other of ['.hidden', 'state=GA/_temporary', 'state=ga/payer_slug=x/year_month=2025-08'])
        await mkdir(join(dataset, other), { recursive: true });
      await writeFile(join(dataset, 'state=TX'), 'a file');
      expect(await findPartitions(dataset)).toEqual([august, september]);
      expect(await findPartitions(join(dataset, 'nowhere'))).toEqual([]);
    });
  });
});

describe('the parts of a partition', () => {
  it('are taken as they are listed, and no others', async () => {
    await withDataset(async (dataset) => {
      const catalog = await catalogIn(dataset);
      expect(pathsOf(listedIn(catalog, august))).toEqual(ofAugust);
      const opened = await openListed(dataset, august, catalog);
      expect(opened.map(({ path, rows }) => [path, rows])).toEqual([
        [ofAugust[0], 2],
        [ofAugust[1], 1],
      ]);
      expect(await openListed(dataset, 'state=NY/payer_slug=acme/year_month=2025-08', catalog)).toEqual([]);
    });
  });

  it('are the same where only their times are others, or files stand beside them that no reader sees', async () => {
    await withDataset(async (dataset) => {
      await utimes(join(dataset, ofAugust[0] ?? ''), 1, 1);
      for (const name of ['_SUCCESS', '.part-x-0.parquet', '_x.parquet', 'notes.txt'])
        await writeFile(join(dataset, august, name), 'x');
      expect(await findDifference(dataset, august, listedIn(await catalogIn(dataset), august))).toBeNull();
    });
  });

  const changes: readonly (readonly [string, (path: string) => Promise<void>, RegExp])[] = [
    ['is gone', (path) => rm(path), /part-a-0\.parquet: is gone; expected the part of \d+ bytes/],
    [
      'has other rows',
      (path) => writePart(path, factsOf(['x', 'y', 'z'])),
      /part-a-0\.parquet: was changed by something else; expected the part of \d+ bytes/,
    ],
    [
      'has other facts of the same size',
      (path) => writePart(path, factsOf(['a', 'z'])),
      /part-a-0\.parquet: was changed by something else/,
    ],
    ['is no parquet', (path) => writeFile(path, 'x'), /part-a-0\.parquet: was changed by something else/],
    [
      'has a part beside it that is not listed',
      (path) => writePart(join(dirname(path), 'mine.parquet'), factsOf(['x'])),
      /mine\.parquet: is not in the list of parts/,
    ],
  ];

  it.each(changes)(
    'are refused where one %s, and taken where they are adopted',
    async (_, change, message) => {
      await withDataset(async (dataset) => {
        const catalog = await catalogIn(dataset);
        await change(join(dataset, ofAugust[0] ?? ''));
        await expect(openListed(dataset, august, catalog)).rejects.toMatchObject({
          kind: 'data',
          step: 'checking outputs',
          message: expect.stringMatching(message),
          hint: expect.stringContaining('`--force`'),
        });
        // what is wrong elsewhere is no matter of a partition
        expect(pathsOf(await openListed(dataset, september, catalog))).toEqual([
          `${september}/part-a-0.parquet`,
        ]);
      });
    },
  );
});

describe('a folder of parts that cannot be read', () => {
  it('is not taken for one without parts', async () => {
    await withDataset(async (dataset) => {
      const catalog = await catalogIn(dataset);
      const folder = join(dataset, august);
      await rm(folder, { recursive: true });
      // whoever follows it comes to no end, also with all rights
      await symlink(folder, folder);
      const refusal = {
        kind: 'output',
        message: expect.stringContaining(`${folder}: cannot be read: ELOOP`),
      };
      await expect(adopt(dataset, august)).rejects.toMatchObject(refusal);
      await expect(openListed(dataset, august, catalog)).rejects.toMatchObject(refusal);
    });
  });
});

describe('adopted parts', () => {
  it('are those that are there, with their rows', async () => {
    await withDataset(async (dataset) => {
      await rm(join(dataset, ofAugust[0] ?? ''));
      await writePart(join(dataset, august, 'mine.parquet'), factsOf(['x', 'y', 'z']));
      const adopted = await adopt(dataset, august);
      expect(adopted.map(({ path, rows }) => [path, rows])).toEqual([
        [`${august}/mine.parquet`, 3],
        [ofAugust[1], 1],
      ]);
      const catalog = makeCatalog(adopted);
      expect(await openListed(dataset, august, catalog)).toEqual(catalog.files);
    });
  });

  it('are no files with other columns, and no others than parquet', async () => {
    await withDataset(async (dataset) => {
      const path = join(dataset, august, 'mine.parquet');
      await writeQueries({ [path]: selectRows('fact_rate', factsOf(['x'])) });
      await expect(adopt(dataset, august)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(
          /mine\.parquet is in the way: it is no part of fact_rate: found the columns/,
        ),
      });
      await writeFile(path, 'x');
      await expect(adopt(dataset, august)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(
          /mine\.parquet is in the way: it is no part of fact_rate: it cannot be read/,
        ),
        hint: 'move that file away, then run the same command again',
      });
    });
  });
});
