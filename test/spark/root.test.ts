import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeIn } from '../../src/config/address.js';
import type { FileSystems } from '../../src/spark/file-systems.js';
import { finishPlacing } from '../../src/spark/placing.js';
import type { SparkSession } from '../../src/spark/session.js';
import { inWorkspace } from '../e2e/workspace.js';
import type { InputRow } from '../model/input-value.js';
import { settingsFor } from '../model/settings.js';
import { arbitraryAllSettings } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { quoteText } from '../support/fixture-database.js';
import { withFolder } from '../support/load-pair.js';
import { datasetIn, partsThere, queryRows, readPartitionedOutputs } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { startHdfs } from './support/hdfs.js';
import { pairOf } from './support/pair-of.js';
import { expectGone, processesBelow } from './support/processes.js';
import { RootStory } from './support/root-story.js';
import { spark, startSession } from './support/spark.js';
import { linesOfAll } from './support/story.js';

const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'etl1-root-'));
const hdfs = await startHdfs(scratch);

afterAll(async () => {
  await hdfs?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

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

/** HDFS where it can be had: what holds there holds of a disk, which the command is tried with below. */
const addressIn = (folder: string) => `${hdfs?.address ?? 'file://'}${folder}/there`;

/** The same without a host, which is that of the cluster's own file system. */
const shortAddressIn = (folder: string) => `${hdfs ? 'hdfs' : 'file'}://${folder}/there`;

describe.skipIf(!spark)('outputs at an address', () => {
  let session: SparkSession;
  beforeAll(async () => {
    // paths of this machine are none of the file system that a cluster has as its own
    const own = hdfs ? { 'spark.hadoop.fs.defaultFS': hdfs.address } : {};
    session = await startSession(undefined, own);
  });
  afterAll(() => session[Symbol.asyncDispose]());

  const at = (work: (story: RootStory) => Promise<void>, place = addressIn) =>
    withFolder((folder) => work(new RootStory(folder, place(folder), session)));

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
      expect(names.filter((name) => name.startsWith('.') || name.includes('/.'))).toEqual([]);
      const times = () =>
        Promise.all(
          names.map(
            async (name) => (await session.files.describe(placeIn(story.address, name)))?.modified_ms,
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

  it('are whole wherever a load ends, and finished by the next one', () =>
    at(async (story) => {
      await story.expectSame(pairOf(['99210']));
      const ends = [
        'placing.json',
        'dim_code.parquet',
        'npi.parquet',
        '-0.parquet',
        '_manifest.json',
        'left.json',
      ];
      for (const [changes, end] of ends.entries()) {
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
      expect((await story.names()).filter((name) => name.includes('/.'))).toEqual([]);
      const { tables } = await other.load(pairOf(['99214']), undefined, { isForced: true });
      expect(tables['fact_rate']).toMatchObject({ inserted: 1, kept: 1, total: 2 });
      await expect(story.load(pairOf(['99213']))).rejects.toMatchObject({ kind: 'config' });
    }));

  it('that something else has changed are refused, and taken by force', () =>
    at(async (story) => {
      const pair = pairOf(['99213']);
      await story.load(pair);
      const place = (name: string) => placeIn(story.address, name);
      const [part = ''] = (await story.names()).filter((name) => name.includes('/part-'));

      await session.files.place(place(part), place('elsewhere.parquet'));
      const refused = { kind: 'data', hint: expect.stringContaining('--force') };
      await expect(story.load(pairOf(['99214']))).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining(`${place(part)}: is gone`),
      });
      await session.files.place(place('elsewhere.parquet'), place(part));
      await story.load(pairOf(['99214']));

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

describe.skipIf(!spark)('the command', () => {
  const environment = { ...spark?.environment };

  it('loads to an address, finds that it was done, and tells of it', () =>
    inWorkspace(async ({ folder, etl1, write }) => {
      const there = join(folder, 'there');
      const config = writeConfig(folder, { spark_root: `file://${there}` });
      const args = ['--payer', 'aetna', '--config', config, '--output-format', 'json'];
      const load = (...more: string[]) => etl1([...args, ...more], { environment, timeoutSeconds: 300 });
      const plan = await load('--dry-run');
      expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toMatchObject({ exitCode: 0 });
      const { cluster_tables: tables, outputs, sql } = JSON.parse(plan.stdout);
      expect(outputs).toEqual([]);
      expect(tables).toContainEqual({
        ...{ table: 'fact_rate', action: 'upsert', path: `file://${there}/gold/fact_rate` },
      });
      expect(sql).toContain(`INSERT OVERWRITE DIRECTORY 'file://${there}/dims/.dim_code.parquet.<run id>'`);
      expect(existsSync(there)).toBe(false);

      const first = await load();
      expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
      const summary = JSON.parse(first.stdout);
      expect(summary).toMatchObject({
        ...{ status: 'published', spark_root: `file://${there}`, data_root: join(folder, 'data') },
        tables: { fact_rate: { inserted: 10_028, path: `file://${there}/gold/fact_rate` } },
      });
      const rejects = join(summary.rejects_folder, 'rates.parquet');
      expect(await queryRows(`SELECT count(*)::INT AS rows FROM ${quoteText(rejects)}`)).toEqual([
        { rows: 13 },
      ]);
      const record = JSON.parse(readFileSync(join(folder, 'data/runs', `${summary.run_id}.json`), 'utf8'));
      const code = readFileSync(join(there, 'dims/dim_code.parquet'));
      expect(record.outputs.dim_code).toMatchObject({
        path: `file://${there}/dims/dim_code.parquet`,
        ...{ found: null, left: { bytes: code.length }, rows: 80 },
        content_sha256: createHash('sha256').update(code).digest('hex'),
      });

      expect(JSON.parse((await load()).stdout)).toMatchObject({ status: 'unchanged' });
      // a part that is gone is no load that was done
      const [part = ''] = partsThere(datasetIn(there));
      renameSync(join(datasetIn(there), part), join(folder, 'part'));
      const gone = await load();
      expect(gone.exitCode).toBe(65);
      expect(gone.stdout).toContain(`${part}: is gone; expected the part of`);
      renameSync(join(folder, 'part'), join(datasetIn(there), part));

      write('here.yaml', 'fact_layout: partitioned\n');
      const checked = await etl1(['validate', '--config', 'here.yaml', '--data-root', there]);
      expect({ exitCode: checked.exitCode, stderr: checked.stderr }).toMatchObject({ exitCode: 0 });
    }));

  it('that is killed while it merges leaves nothing at the address that a reader takes for a table, and does it when it is run again', () =>
    inWorkspace(async ({ folder, etl1 }) => {
      const there = join(folder, 'there');
      const config = writeConfig(folder, { spark_root: `file://${there}` });
      const args = ['--payer', 'aetna', '--config', config];
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', ...environment },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      while (!existsSync(join(there, 'dims'))) {
        expect(child.exitCode).toBe(null);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const below = processesBelow(child.pid ?? 0).map(({ pid }) => pid);
      child.kill('SIGKILL');
      await ended;
      await expectGone(below);
      expect(readdirSync(join(there, 'dims')).filter((name) => !name.startsWith('.'))).toEqual([]);

      const again = await etl1(args, { environment, timeoutSeconds: 300 });
      expect({ exitCode: again.exitCode, stderr: again.stderr }).toMatchObject({ exitCode: 0 });
      const embedded = join(folder, 'embedded.yaml');
      writeFileSync(embedded, 'fact_layout: partitioned\n');
      expect((await etl1(['--payer', 'aetna', '--config', embedded])).exitCode).toBe(0);
      const expected = await readPartitionedOutputs(join(folder, 'data'));
      expect(linesOfAll(await readPartitionedOutputs(there))).toEqual(linesOfAll(expected));
      const names = readdirSync(there, { recursive: true, encoding: 'utf8' });
      expect(names.filter((name) => /\.\d{8}T\d{6}Z-/.test(name) && !name.endsWith('.crc'))).toEqual([]);
    }));
});
