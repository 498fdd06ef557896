import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeIn } from '../../src/config/address.js';
import { makePlan } from '../../src/pipeline/plan.js';
import { prepareLoad } from '../../src/pipeline/prepare.js';
import { executePlan } from '../../src/pipeline/run.js';
import { clusterFiles } from '../../src/spark/cluster-files.js';
import { clusterOutputs } from '../../src/spark/cluster-outputs.js';
import type { FileSystems } from '../../src/spark/file-systems.js';
import { finishPlacing } from '../../src/spark/placing.js';
import type { SparkSession } from '../../src/spark/session.js';
import { corruptPages } from '../faults/support/corrupt.js';
import { makeInput } from '../faults/support/input.js';
import type { InputRow } from '../model/input-value.js';
import { settingsFor } from '../model/settings.js';
import { arbitraryAllSettings } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { withFolder } from '../support/load-pair.js';
import { readPartitionedOutputs, settingsOf } from '../support/partitioned.js';
import { expectAlike, load } from './support/both-engines.js';
import { copyTo } from './support/copy-to.js';
import { pairOf } from './support/pair-of.js';
import { RootStory } from './support/root-story.js';
import { engineIn, spark, startSession } from './support/spark.js';
import { type Store, type StoreName, startStore, storesThere } from './support/store.js';
import { linesOfAll } from './support/story.js';

const committed = join(import.meta.dirname, '../../data/input');

const september: InputRow = { last_updated_on: '2025-09-01' };
const replace = settingsFor('GA', { mode: 'replace' });
const list = 'gold/fact_rate/_manifest.json';

/** File systems of which one change fails: the one after so many others. */
function failingAfter(files: FileSystems, changes: number): FileSystems {
  let left = changes;
  const mayFail = (what: string) => {
    if (left-- === 0) throw new RangeError(`ended at ${what}`);
  };
  return {
    ...files,
    put: async (path, text) => {
      mayFail(path);
      await files.put(path, text);
    },
    place: async (path, to) => {
      mayFail(to);
      await files.place(path, to);
    },
  };
}

const refused = { kind: 'data', hint: expect.stringContaining('--force') };

/** Changes of a load, in their order, by what they end with. */
const changesInOrder = [
  'placing.json',
  'dim_code.parquet',
  'npi.parquet',
  '-0.parquet',
  '_manifest.json',
  'left.json',
];

/** All of the story is told of one, and of the others what depends on a store, unless more time is given. */
const isWhole = (name: StoreName) => name === storesThere[0] || process.env['ETL1_STORES'] === 'whole';

/** The changes before which a load ends, by how many come before them. */
const endsOf = (name: StoreName): [number, string][] =>
  [...changesInOrder.entries()].filter(([number]) => isWhole(name) || number === 1);

/** Azure has no request that replaces a file: it is removed, and the other one renamed. */
const replacesAtOnce = (name: StoreName) => name !== 'abfs';

describe.skipIf(!spark).each(storesThere)('outputs at an address of %s', (name) => {
  const scratch = mkdtempSync(join(tmpdir(), 'etl1-root-'));
  const opened: AsyncDisposable[] = [];
  let store: Store;
  let session: SparkSession;
  beforeAll(async () => {
    store = await startStore(name, scratch);
    opened.unshift(store);
    // paths of this machine are none of the file system that a cluster has as its own
    const own = name === 'file' ? {} : { 'spark.hadoop.fs.defaultFS': store.address };
    session = await startSession(undefined, { ...store.conf, ...own });
    opened.unshift(session);
  });
  afterAll(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]();
    rmSync(scratch, { recursive: true, force: true });
  });

  const addressIn = (folder: string) => `${store.address}${folder}/there`;

  /** The same without a host, which is that of the cluster's own file system. */
  const shortAddressIn = (folder: string) => `${name === 'hdfs' ? 'hdfs://' : store.address}${folder}/there`;

  const at = (work: (story: RootStory) => Promise<void>, place = addressIn) =>
    withFolder((folder) => work(new RootStory(folder, place(folder), session)));

  it('are whole wherever a load ends, and finished by the next one', () =>
    at(async (story) => {
      await story.expectSame(pairOf(['99210']));
      for (const [changes, end] of endsOf(name)) {
        // what the one before began is not to be what ends this one
        await finishPlacing(session.files, story.address);
        const pair = pairOf(['99213', `9921${4 + changes}`], {}, [`111111111${changes}`]);
        const load = story.load(pair, undefined, { files: failingAfter(session.files, changes) });
        await expect(load).rejects.toThrow(new RegExp(`ended at .*${end}$`));
        await story.expectWhole();
        // what was not written down is not finished
        if (changes > 0) await story.embed(pair);
      }
      const last = pairOf(['99220']);
      await story.expectSame(last);
      const next = story.load(pairOf(['99221'], { negotiated_rate: 7 }), replace, {
        files: failingAfter(session.files, 3),
      });
      await expect(next).rejects.toThrow(/ended at .*_manifest.json$/);
      await story.expectWhole();
      await story.embed(pairOf(['99221'], { negotiated_rate: 7 }), replace);
      await story.expectSame(pairOf(['99222'], september));
    }));

  it('of which a part was moved are refused until it is back, whatever its time is then', () =>
    at(async (story) => {
      await story.load(pairOf(['99213']));
      const place = (path: string) => placeIn(story.address, path);
      const [part = ''] = (await story.names()).filter((path) => path.includes('/part-'));
      await session.files.place(place(part), place('elsewhere.parquet'));
      await expect(story.load(pairOf(['99214']))).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining(`${place(part)}: is gone`),
      });
      await session.files.place(place('elsewhere.parquet'), place(part));
      const { tables } = await story.load(pairOf(['99214']));
      expect(tables['fact_rate']).toMatchObject({ inserted: 1, kept: 1, total: 2 });
    }));

  if (replacesAtOnce(name))
    it('are there while they are replaced', () =>
      withFolder(async (folder) => {
        const path = placeIn(addressIn(folder), 'text');
        await session.files.put(path, 'text 0');
        let isDone = false;
        const replacing = (async () => {
          for (let number = 1; number <= 20; number += 1) await session.files.put(path, `text ${number}`);
        })().finally(() => {
          isDone = true;
        });
        while (!isDone) expect(await session.files.list(addressIn(folder), false)).toContain('text');
        await replacing;
      }));

  it('have what comes from inputs at addresses, found by patterns and by the newest month, and not a second time', () =>
    at(async (story) => {
      const input = `${addressIn(story.folder)} in`;
      for (const source of ['rates', 'providers'])
        await copyTo(
          session,
          join(committed, `202508_aetna_ga_${source}.parquet`),
          `${input}/a b/202508_aetna_${source}.parquet`,
        );
      // the one has no providers, and the other is older: none of them is opened
      for (const older of ['202509_aetna_rates', '202507_aetna_rates', '202507_aetna_providers'])
        await session.files.put(`${input}/a b/${older}.parquet`, 'no parquet');
      const files = clusterFiles(async () => session.files);
      const layout = { engine: 'spark', fact_layout: 'partitioned', input_dir: input };
      const patterns = Object.fromEntries(
        ['rates', 'providers'].map((source) => [
          `${source}_file_pattern`,
          `**/{period}_{payer}_${source}.parquet`,
        ]),
      );
      const there = { data_root: join(story.folder, 'inputs'), spark_root: story.address };
      const request = { payer: 'aetna', settings: settingsOf({ ...layout, ...patterns, ...there }) };
      const plan = await makePlan(request, undefined, { files });
      expect(plan.sources.rates.files).toMatchObject([
        { path: `${input}/a b/202508_aetna_rates.parquet`, rows: 20_000 },
      ]);
      await executePlan(plan, { files }, engineIn(session));

      const here = {
        fact_layout: 'partitioned',
        input_dir: committed,
        data_root: join(story.folder, 'here'),
      };
      await executePlan(await makePlan({ payer: 'aetna', settings: settingsOf(here) }));
      expect(linesOfAll(await readPartitionedOutputs(await story.copy()))).toEqual(
        linesOfAll(await readPartitionedOutputs(here.data_root)),
      );
      const again = await prepareLoad(request, {
        ...{ files, outputs: async () => clusterOutputs(session.files), force: false, isDryRun: true },
        signal: new AbortController().signal,
      });
      expect(again.unchanged?.inputs.rates).toMatchObject([
        { path: `${input}/a b/202508_aetna_rates.parquet` },
      ]);

      const named = { rates: `${input}/x.parquet` };
      await expect(makePlan({ ...request, named }, undefined, { files })).rejects.toMatchObject({
        ...{ kind: 'input', message: `${input}/x.parquet: there is no such file` },
      });
      await session.files.put(`${input}/a b/202508_aetna_providers.parquet`, 'changed');
      await expect(executePlan(plan, { files }, engineIn(session))).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('providers.parquet: has been changed while it was read'),
      });
    }));

  it('have the rows that can be read of inputs that are damaged', () =>
    at(async (story) => {
      const rows = { rateFiles: 1, rowsPerFile: 180, rowGroupSize: 60 };
      const input = await makeInput(join(story.folder, 'in'), { payer: 'damaged', seed: 3, ...rows });
      corruptPages(join(input.folder, input.files.rates[0] ?? ''), 1, 'billing_code');
      const theirs = await load(join(story.folder, 'embedded'), input.folder, input);
      const ours = await load(join(story.folder, 'root'), input.folder, input, {
        engine: engineIn(session),
        settings: { spark_root: story.address },
        outputs: () => story.copy(),
      });
      expectAlike(ours, theirs);
      expect(ours.summary?.failed_chunks).toMatchObject([{ first_row: 60, rows: 60 }]);
    }));

  if (!isWhole(name)) return;

  it('have the rows that the embedded engine makes of loads one after the other', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ pair: arbitraryChapter(60), settings: arbitraryAllSettings }), {
          ...{ minLength: 2, maxLength: 2 },
        }),
        (chapters) =>
          at(async (story) => {
            for (const { pair, settings } of chapters) await story.expectSame(pair, settings);
          }),
      ),
      { numRuns: 1 },
    ));

  it('stay as they are where nothing is new, and get what is', () =>
    at(async (story) => {
      await story.expectSame(pairOf(['99213', '99214']));
      const names = await story.names();
      expect(names).toContain('dims/dim_code.parquet');
      expect(names.filter((path) => path.startsWith('.') || path.includes('/.'))).toEqual([]);
      const times = () =>
        Promise.all(
          names.map(
            async (path) => (await session.files.describe(placeIn(story.address, path)))?.modified_ms,
          ),
        );
      const before = await times();

      const again = await story.load(pairOf(['99213', '99214']));
      expect(again.balance).toMatchObject({ already_there: 2, inserted: 0 });
      expect(await story.names()).toEqual(names);
      expect(await times()).toEqual(before);

      const next = await story.expectSame(
        pairOf(['99213'], { ...september, description: 'Visit' }, ['2222222222']),
      );
      expect(next.tables['dim_code']).toMatchObject({ inserted: 0, filled: 1, kept: 1, total: 2 });
      expect(next.tables['fact_rate']).toMatchObject({ inserted: 1, kept: 2, total: 3 });
      expect(next.warnings).toMatchObject({ groups_gained_members: 1 });

      const corrected = await story.expectSame(pairOf(['99215', '99214'], { negotiated_rate: 7 }), replace);
      expect(corrected.tables['fact_rate']).toMatchObject({ removed: 2, inserted: 2, kept: 1, total: 3 });
    }, shortAddressIn));

  it('have all of their names before a signal ends the session', () =>
    withFolder(async (folder) => {
      const stop = new AbortController();
      const other = await startSession('local[1]', {}, stop.signal);
      try {
        const path = join(folder, 'a');
        await other.shielded(async () => {
          stop.abort(new RangeError('stopped'));
          await other.files.put(`file://${path}`, 'whole');
        });
        expect(readFileSync(path, 'utf8')).toBe('whole');
        await expect(other.files.put(`file://${path}`, 'more')).rejects.toThrow('stopped');
      } finally {
        await other[Symbol.asyncDispose]();
      }
    }));

  it('are of the data root that loaded them first, unless another one takes them', () =>
    at(async (story) => {
      await story.load(pairOf(['99213']));
      const other = new RootStory(join(story.folder, 'other'), story.address, session);
      await expect(other.load(pairOf(['99214']))).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining(`is loaded from the data root ${join(story.folder, 'root')} of`),
      });
      expect((await story.names()).filter((path) => path.includes('/.'))).toEqual([]);
      const { tables } = await other.load(pairOf(['99214']), undefined, { isForced: true });
      expect(tables['fact_rate']).toMatchObject({ inserted: 1, kept: 1, total: 2 });
      await expect(story.load(pairOf(['99213']))).rejects.toMatchObject({ kind: 'config' });
    }));

  it('that something else has changed are refused, and taken by force', () =>
    at(async (story) => {
      const pair = pairOf(['99213']);
      await story.load(pair);
      const place = (path: string) => placeIn(story.address, path);
      await session.files.remove(place('dims/dim_code.parquet'));
      await expect(story.load(pair)).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('dim_code.parquet: is gone, which facts refer to'),
      });
      await session.files.place(place('dims/dim_payer.parquet'), place('dims/dim_code.parquet'));
      await expect(story.load(pair)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('dim_code.parquet is in the way: it is not a dim_code of etl1'),
      });
      await session.files.remove(place('dims/dim_code.parquet'));
      await session.files.remove(place(list));
      await expect(story.load(pair)).rejects.toMatchObject(refused);
    }));
});
