import { describe, expect, it } from 'vitest';
import type { Merged } from '../../../src/load/merge.js';
import { makeCatalog } from '../../../src/pipeline/catalog.js';
import { clusterOutputs } from '../../../src/spark/cluster-outputs.js';
import { makePlacing } from '../../../src/spark/make-placing.js';
import {
  filesToPlace,
  finishPlacing,
  type Left,
  type Placing,
  placeAll,
} from '../../../src/spark/placing.js';
import { MemoryFiles } from './memory-files.js';

const root = 's3a://lake/etl1';
const id = '20261130T000000Z-abcdef';
const month = 'state=GA/payer_slug=acme/year_month=2025-08';
const state = { bytes: 3, mtime_ns: '1', footer_sha256: 'f', content_sha256: 'c' };
const old = { path: `${month}/part-old-0.parquet`, rows: 1, ...state };
const list = `${root}/gold/fact_rate/_manifest.json`;

const before = {
  [`${root}/dims/dim_code.parquet`]: 'old codes',
  [`${root}/gold/fact_rate/${old.path}`]: 'old facts',
  [list]: 'old list',
  [`${root}/dims/.dim_code.parquet.${id}/part-0.parquet`]: 'new codes',
  [`${root}/gold/.fact_rate.${id}/${month}/part-0.parquet`]: 'new facts',
};

const table = { inserted: 1, filled: 0, kept: 0, removed: 0, total: 1, digest: 'd' };
const merged = (replaces: boolean): Pick<Merged, 'tables' | 'partitions'> => ({
  tables: [
    {
      ...{ ...table, table: 'dim_code', path: `${root}/dims/dim_code.parquet` },
      waiting: `${root}/dims/.dim_code.parquet.${id}/part-0.parquet`,
    },
    { ...table, table: 'fact_rate', path: list, waiting: null },
  ],
  partitions: [
    {
      partition: { state: 'GA', payer_slug: 'acme', year_month: '2025-08' },
      replaces,
      parts: [{ waiting: `${root}/gold/.fact_rate.${id}/${month}/part-0.parquet`, rows: 2, digest: 'new' }],
    },
  ],
});

const seen = { bytes: 8, mtime_ns: '7000000', footer_sha256: 'f' };
const rootBefore = {
  ...{ address: root, dataset: `${root}/gold/fact_rate`, catalog: makeCatalog([old]), left: null },
  found: { fact_rate: { path: list, found: seen } },
};

function placingFor(files: MemoryFiles, replaces: boolean): Promise<Placing> {
  return makePlacing(merged(replaces), rootBefore, id, clusterOutputs(files));
}

/** What is at the root after a load that nothing ends. */
async function undisturbed(replaces: boolean): Promise<Map<string, string>> {
  const files = new MemoryFiles(before);
  await placeAll(files, root, await placingFor(files, replaces));
  return files.files;
}

describe('what waits at a root', () => {
  it('is placed in order, and listed when all of it is', async () => {
    const changes: string[] = [];
    const files = new MemoryFiles(before, (what) => changes.push(what.replaceAll(root, '')));
    await placeAll(files, root, await placingFor(files, true));
    expect(changes).toEqual([
      'put /.etl1/placing.json',
      `place /dims/.dim_code.parquet.${id}/part-0.parquet`,
      `place /gold/.fact_rate.${id}/${month}/part-0.parquet`,
      'put /gold/fact_rate/_manifest.json',
      'put /.etl1/left.json',
      `remove /gold/fact_rate/${old.path}`,
      'remove /.etl1/placing.json',
    ]);
    expect(files.files.get(`${root}/dims/dim_code.parquet`)).toBe('new codes');
    const part = `${month}/part-${id}-0.parquet`;
    expect(JSON.parse(files.files.get(list) ?? '')).toMatchObject({
      rows: 2,
      files: [{ path: part, rows: 2, bytes: 'new facts'.length, mtime_ns: '7000000', content_sha256: 'new' }],
    });
    expect([...files.files.keys()].toSorted()).toEqual(
      [
        `${root}/.etl1/left.json`,
        `${root}/dims/dim_code.parquet`,
        `${root}/gold/fact_rate/${part}`,
        list,
      ].toSorted(),
    );
    expect(JSON.parse(files.files.get(`${root}/.etl1/left.json`) ?? '')).toMatchObject({
      run_id: id,
      outputs: [
        { path: 'dims/dim_code.parquet', content_sha256: 'd', left: { bytes: 'new codes'.length } },
        { path: 'gold/fact_rate/_manifest.json', left: { mtime_ns: '7000000' } },
      ],
    });
  });

  it.each([true, false])(
    'is placed by the next load wherever one ends, whether it replaces: %s',
    async (replaces) => {
      const expected = await undisturbed(replaces);
      // the change before which the list of what is to be done is not there yet is the first
      for (let allowed = 1; ; allowed += 1) {
        let left = allowed;
        const files = new MemoryFiles(before, () => {
          if (left-- === 0) throw new RangeError('ended here');
        });
        const placing = await placingFor(files, replaces);
        const ended = await placeAll(files, root, placing).then(
          () => false,
          () => true,
        );
        if (!ended) break;
        // who follows the list has all of what it names
        const listed = files.files.get(list) === 'old list' ? [old.path] : [`${month}/part-${id}-0.parquet`];
        for (const part of listed)
          expect([...files.files.keys()]).toContain(`${root}/gold/fact_rate/${part}`);
        left = Number.POSITIVE_INFINITY;
        await finishPlacing(files, root);
        expect(files.files).toEqual(expected);
      }
    },
  );

  it('is told by name, parts and their list too, as long as it is to be placed', async () => {
    let left = 2;
    const files = new MemoryFiles(before, () => {
      if (left-- === 0) throw new RangeError('ended here');
    });
    const waiting = () => filesToPlace(clusterOutputs(files), root);
    expect(await waiting()).toEqual([]);
    await expect(placeAll(files, root, await placingFor(files, false))).rejects.toThrow('ended here');
    const seen = new Map(files.files);
    expect(await waiting()).toEqual([
      `${root}/dims/dim_code.parquet`,
      expect.stringMatching(`^${root}/gold/fact_rate/${month}/part-${id}-`),
      list,
    ]);
    expect(files.files).toEqual(seen);
    await finishPlacing(files, root);
    expect(await waiting()).toEqual([]);
  });

  it('is not touched where nothing was written down', async () => {
    const files = new MemoryFiles(before);
    await finishPlacing(files, root);
    expect(Object.fromEntries(files.files)).toEqual(before);
  });

  it('leaves the list as it is where it has no part more', async () => {
    const files = new MemoryFiles(before);
    const nothing = {
      tables: [{ ...table, table: 'fact_rate', path: list, waiting: null, digest: null }],
      partitions: [],
    } as const;
    const placing = await makePlacing(nothing, rootBefore, id, clusterOutputs(files));
    const output = { path: 'gold/fact_rate/_manifest.json', content_sha256: 'digest of old list' };
    expect(placing).toMatchObject({ files: [], list: null, removed: [], outputs: [output] });
    // what the newest load left is not read again
    const left: Left = {
      format: 1,
      run_id: 'x',
      outputs: [{ ...output, content_sha256: 'known', left: seen }],
    };
    const known = await makePlacing(nothing, { ...rootBefore, left }, id, clusterOutputs(files));
    expect(known.outputs).toEqual([{ ...output, content_sha256: 'known' }]);
    // a list that is missing is made, though it has no part
    const first = { ...rootBefore, catalog: makeCatalog([]), found: {} };
    const { list: made } = await makePlacing(nothing, first, id, clusterOutputs(files));
    expect(made).toEqual({ folder: 'gold/fact_rate', catalog: makeCatalog([]) });
  });

  it.each([
    ['no JSON', '{'],
    [
      'another format',
      JSON.stringify({ format: 2, run_id: id, files: [], list: null, removed: [], outputs: [] }),
    ],
    [
      'a way out of the root',
      JSON.stringify({
        format: 1,
        run_id: id,
        files: [{ waiting: '../a', path: 'b' }],
        list: null,
        removed: [],
      }),
    ],
    [
      'a path of its own',
      JSON.stringify({ format: 1, run_id: id, files: [], list: null, removed: ['/etc'], outputs: [] }),
    ],
  ])('is refused where what was written down is %s', async (_, text) => {
    const files = new MemoryFiles({ ...before, [`${root}/.etl1/placing.json`]: text });
    await expect(finishPlacing(files, root)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining(`${root}/.etl1/placing.json: not what a run of etl1 writes there`),
    });
    expect(files.files.size).toBe(Object.keys(before).length + 1);
  });
});
