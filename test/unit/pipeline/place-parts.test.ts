import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NewPart } from '../../../src/load/merge-table.js';
import { publish, type Waiting } from '../../../src/load/publish.js';
import { type Catalog, catalogOf, makeCatalog, readCatalog } from '../../../src/pipeline/catalog.js';
import { listedIn, openListed } from '../../../src/pipeline/open-parts.js';
import { placeParts } from '../../../src/pipeline/place-parts.js';
import { quoteText } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { partsThere, queryRows } from '../../support/partitioned.js';
import { august, factsOf, september, writeDataset, writePart } from '../../support/small-dataset.js';

const partition = { state: 'GA', payer_slug: 'acme', year_month: '2025-08' };

interface Scene {
  readonly root: string;
  readonly dataset: string;
  readonly catalog: Catalog;
  /** Writes parts that wait, each with the facts of some codes. */
  readonly wait: (...parts: readonly (readonly string[])[]) => Promise<NewPart[]>;
  /** Places parts, publishes them, and gives the list of what is then there. */
  readonly place: (
    parts: readonly NewPart[],
    replaces: boolean,
    onPlaced?: (file: Waiting) => void,
  ) => Promise<Catalog>;
}

/** A dataset with some parts in August, and one in September that nothing is to touch. */
const inScene = (there: readonly (readonly string[])[], work: (scene: Scene) => Promise<void>) =>
  withFolder(async (root) => {
    const dataset = join(root, 'fact_rate');
    const waiting = join(root, '.fact_rate.run');
    await writeDataset(dataset, { [august]: there, [september]: [['z']] });
    const catalog = (await readCatalog(catalogOf(dataset))) ?? makeCatalog([]);
    await work({
      root,
      dataset,
      catalog,
      async wait(...parts) {
        const written: NewPart[] = [];
        for (const [number, codes] of parts.entries()) {
          const path = join(waiting, august, `${number}.part`);
          await writePart(path, factsOf(codes));
          written.push({ waiting: path, rows: codes.length, digest: `digest ${codes.join(' ')}` });
        }
        return written;
      },
      async place(parts, replaces, onPlaced) {
        const changes = [{ partition, replaces, parts }];
        const placed = await placeParts(changes, catalog, { dataset, waiting, id: 'run' });
        await publish(placed.files, { path: join(root, '.journal'), root }, onPlaced);
        return placed.catalog;
      },
    });
  });

const inAugust = (catalog: Catalog) =>
  listedIn(catalog, august).map(({ path, rows, content_sha256 }) => [path, rows, content_sha256]);

/** Expects exactly the files of a list, each in the state that it tells, and the other partition as it was. */
async function expectListed({ dataset, catalog: before }: Scene, after: Catalog): Promise<void> {
  expect(after.files.map(({ path }) => path)).toEqual(partsThere(dataset));
  expect((await openListed(dataset, august, after)).length).toBeGreaterThan(0);
  expect(listedIn(after, september)).toEqual(listedIn(before, september));
}

describe('new parts', () => {
  it('go beside those that are there, under names of their run', async () => {
    await inScene([['a']], async (scene) => {
      const after = await scene.place(await scene.wait(['b', 'c'], ['d']), false);
      expect(inAugust(after).map(([path, rows]) => [path, rows])).toEqual([
        [`${august}/part-a-0.parquet`, 1],
        [`${august}/part-run-0.parquet`, 2],
        [`${august}/part-run-1.parquet`, 1],
      ]);
      expect([after.rows, after.bytes]).toEqual([5, after.files.reduce((sum, { bytes }) => sum + bytes, 0)]);
      await expectListed(scene, after);
    });
  });

  it('begin a partition', async () => {
    await inScene([], async (scene) => {
      const after = await scene.place(await scene.wait(['a']), true);
      expect(inAugust(after)).toEqual([[`${august}/part-run-0.parquet`, 1, 'digest a']]);
      await expectListed(scene, after);
    });
  });

  it.each([
    { there: [['a', 'b']], added: [['c']] },
    { there: [['a'], ['b']], added: [['c']] },
    { there: [['a']], added: [['b'], ['c']] },
    { there: [['a'], ['b']], added: [['c'], ['d']] },
  ])('replace the whole folder where $there become $added', async ({ there, added }) => {
    await inScene(there, async (scene) => {
      await mkdir(join(scene.dataset, august, 'more'));
      const after = await scene.place(await scene.wait(...added), true);
      expect(inAugust(after)).toEqual(
        added.map((codes, number) => [
          `${august}/part-run-${number}.parquet`,
          codes.length,
          `digest ${codes.join(' ')}`,
        ]),
      );
      await expectListed(scene, after);
      // what was there is aside until the run removes it
      expect(partsThere(join(scene.root, '.fact_rate.run', 'new-0'))).toEqual(
        there.map((_, number) => `part-a-${number}.parquet`),
      );
    });
  });

  it('leave those that they replace to who follows the list until the last is there', async () => {
    await inScene([['a'], ['b']], async (scene) => {
      const { dataset, catalog } = scene;
      const lists: string[] = [];
      await scene.place(await scene.wait(['c']), true, ({ path }) => {
        if (path === catalogOf(dataset)) lists.push(readFileSync(path, 'utf8'));
      });
      expect(lists).toHaveLength(1);
      await writeFile(catalogOf(dataset), lists[0] ?? '');
      const between = await readCatalog(catalogOf(dataset));
      expect([between?.rows, between?.bytes]).toEqual([catalog.rows, catalog.bytes]);
      const folder = `../.fact_rate.run/before/${august}`;
      const paths = between?.files.map(({ path }) => path) ?? [];
      expect(paths).toEqual([
        `${folder}/part-a-0.parquet`,
        `${folder}/part-a-1.parquet`,
        `${september}/part-a-0.parquet`,
      ]);
      const files = paths.map((path) => quoteText(join(dataset, path))).join(', ');
      expect(
        await queryRows(
          `SELECT year_month, code FROM read_parquet([${files}], hive_partitioning = true) ORDER BY ALL`,
        ),
      ).toEqual([
        { year_month: '2025-08', code: 'a' },
        { year_month: '2025-08', code: 'b' },
        { year_month: '2025-09', code: 'z' },
      ]);
    });
  });

  it('that are none leave a partition as it is, even where a load would replace it', async () => {
    await inScene([['a'], ['b']], async (scene) => {
      expect(await scene.place([], true)).toEqual(scene.catalog);
      await expectListed(scene, scene.catalog);
    });
  });

  it('that are gone are a bug', async () => {
    await inScene([['a']], async (scene) => {
      const gone = { waiting: join(scene.root, 'gone'), rows: 1, digest: '' };
      await expect(scene.place([gone], false)).rejects.toThrow(/gone is gone/);
    });
  });
});
