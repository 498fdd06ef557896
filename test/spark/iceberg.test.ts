import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { inWorkspace } from '../e2e/workspace.js';
import type { InputRow } from '../model/input-value.js';
import { settingsFor } from '../model/settings.js';
import { tableNames } from '../model/tables.js';
import { arbitraryAllSettings } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { withFolder } from '../support/load-pair.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { catalogConf, changesOf, startWithCatalog } from './support/iceberg.js';
import { killOnceThere } from './support/kill-once-there.js';
import { pairOf } from './support/pair-of.js';
import { quickConf, spark } from './support/spark.js';
import { linesOfAll, Story } from './support/story.js';

const warehouse = mkdtempSync(join(tmpdir(), 'etl1-iceberg-'));
const started = await startWithCatalog(warehouse);

afterAll(async () => {
  await started?.[Symbol.asyncDispose]();
  rmSync(warehouse, { recursive: true, force: true });
});

const september: InputRow = { last_updated_on: '2025-09-01' };

let namespaces = 0;

describe.skipIf(!started)('tables of a catalog', () => {
  let session: SparkSession;
  beforeAll(() => {
    if (!started) throw new RangeError('there is no Spark');
    session = started;
  });

  /** Does work with a namespace of its own, and a data root for each engine. */
  const inNamespace = (work: (story: Story) => Promise<void>) =>
    withFolder(async (folder) => {
      namespaces += 1;
      await work(new Story(folder, `lake.test_${namespaces}`, session));
    });

  // without a limit of time: what would go on in the session beside the next test
  it('have the rows that the embedded engine makes of loads one after the other', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ pair: arbitraryChapter(60), settings: arbitraryAllSettings }), {
          ...{ minLength: 2, maxLength: 2 },
        }),
        (chapters) =>
          inNamespace(async (story) => {
            for (const { pair, settings } of chapters) await story.expectSame(pair, settings);
          }),
      ),
      { numRuns: 1 },
    ));

  it('are not written where a load has nothing new, and get what another month, other members and fills bring', () =>
    inNamespace(async (story) => {
      const first = pairOf(['99213', '99214']);
      await story.expectSame(first);
      const after = await changesOf(session, story.namespace);
      expect(after).toEqual(Object.fromEntries(tableNames.map((name) => [name, 1])));

      const again = await story.load(first);
      expect(again.status).toBe('published');
      expect(again.balance).toMatchObject({ already_there: 2, inserted: 0 });
      expect(await changesOf(session, story.namespace)).toEqual(after);

      const next = await story.expectSame(
        pairOf(['99213'], { ...september, description: 'Visit' }, ['2222222222']),
      );
      expect(next.tables['dim_code']).toMatchObject({ inserted: 0, filled: 1, kept: 1, total: 2 });
      expect(next.tables['fact_rate']).toMatchObject({ inserted: 1, kept: 2, total: 3 });
      expect(next.warnings).toMatchObject({ groups_gained_members: 1 });
      expect(await changesOf(session, story.namespace)).toEqual({
        ...after,
        ...{ dim_code: 2, xref_pg_npi: 2, fact_rate: 2 },
      });

      const update = settingsFor('GA', { dimensionConflict: 'update' });
      const other = await story.expectSame(pairOf(['99213'], { description: 'A visit' }), update);
      expect(other.tables['dim_code']).toMatchObject({ filled: 1, total: 2 });
      expect(other.tables['fact_rate']).toMatchObject({ inserted: 0, total: 3 });
    }));

  it('have the facts of the months that an input holds replaced by its own, and keep the others', () =>
    inNamespace(async (story) => {
      const replace = settingsFor('GA', { mode: 'replace' });
      await story.expectSame(pairOf(['99213', '99214']));
      await story.expectSame(pairOf(['99213'], september));
      await story.expectSame(pairOf(['99213'], { last_updated_on: null }));
      const before = (await changesOf(session, story.namespace))['fact_rate'];

      const corrected = pairOf(['99215', '99214'], { negotiated_rate: 7 });
      const replaced = await story.expectSame(corrected, replace);
      expect(replaced.tables['fact_rate']).toMatchObject({ removed: 2, inserted: 2, kept: 2, total: 4 });
      expect((await changesOf(session, story.namespace))['fact_rate']).toBe(Number(before) + 1);

      const again = await story.load(corrected, replace);
      expect(again.tables['fact_rate']).toMatchObject({ removed: 0, inserted: 0, kept: 4, total: 4 });
      expect((await changesOf(session, story.namespace))['fact_rate']).toBe(Number(before) + 1);

      const without = await story.expectSame(pairOf(['99216'], { last_updated_on: null }), replace);
      expect(without.tables['fact_rate']).toMatchObject({ removed: 1, inserted: 1, kept: 3 });
    }));

  it('are finished by the same load, wherever between two commits it ended', () =>
    inNamespace(async (story) => {
      const pair = pairOf(['99213', '99214']);
      const changes = (sql: string) => /^(?:CREATE TABLE|MERGE|INSERT INTO)/.test(sql);
      // before anything, before the third table gets rows, before facts have a table, and before they are in it
      for (const allowedChanges of [0, 5, 7, 1]) {
        let allowed = allowedChanges;
        const stop = (sql: string) => {
          if (changes(sql) && allowed-- === 0) throw new RangeError('ended here');
        };
        await expect(story.load(pair, settingsFor('GA'), stop)).rejects.toThrow('ended here');
        await story.expectWhole();
      }
      await story.load(pair);
      expect(await story.rows()).toEqual(await story.rowsOfEmbedded(pair));
      expect(await changesOf(session, story.namespace)).toEqual(
        Object.fromEntries(tableNames.map((name) => [name, 1])),
      );
    }));

  it('come of what is staged at an address, where there is one', () =>
    inNamespace(async ({ folder, namespace }) => {
      const root = `file://${folder}/staged`;
      const story = new Story(folder, namespace, session, root);
      const written: string[] = [];
      await story.load(pairOf(['99213']), undefined, (sql) => {
        const [, place] = /^INSERT OVERWRITE DIRECTORY '([^']*)'/.exec(sql) ?? [];
        if (place !== undefined) written.push(place);
      });
      expect(written.length).toBeGreaterThan(0);
      expect(written.filter((place) => !place.startsWith(`${root}/.etl1/`))).toEqual([]);
      expect(await session.files.list(root, true)).toEqual(['.etl1/owner.json']);
      expect(await story.rows()).toEqual(await story.rowsOfEmbedded(pairOf(['99213'])));
    }));

  it('are made where one that was being made has left its first file', () =>
    inNamespace(async (story) => {
      const pair = pairOf(['99213']);
      await session.run(`CREATE NAMESPACE ${story.namespace}`);
      const folder = join(warehouse, story.namespace.slice('lake.'.length), 'dim_code/metadata');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${randomUUID()}.metadata.json`), '{}');
      expect(await session.rows(`SHOW TABLES IN ${story.namespace}`)).toMatchObject([
        { tableName: 'dim_code' },
      ]);
      await story.expectSame(pair);
      await story.expectWhole();
    }));

  it('are finished by the same command after one that was killed between two commits', () =>
    inWorkspace(async ({ folder, etl1 }) => {
      namespaces += 1;
      const name = `killed_${namespaces}`;
      const conf = { ...quickConf, ...catalogConf(warehouse) };
      const config = writeConfig(folder, { spark_catalog: `lake.${name}`, spark_conf: conf });
      const args = ['--payer', 'aetna', '--config', config];
      const environment = { ...spark?.environment };
      // the second version of a table is the first one with rows; a commit that was on its way is done or lost before anybody looks
      const committed = join(warehouse, name, 'dim_payer/metadata/v2.metadata.json');
      await killOnceThere(committed, args, { folder, environment });
      const story = new Story(folder, `lake.${name}`, session);
      await story.expectWhole();
      expect(existsSync(join(folder, 'data/runs'))).toBe(false);

      const again = await etl1(args, { environment, timeoutSeconds: 300 });
      expect({ exitCode: again.exitCode, stderr: again.stderr }).toMatchObject({ exitCode: 0 });
      const embedded = join(folder, 'embedded.yaml');
      writeFileSync(embedded, 'fact_layout: partitioned\n');
      expect((await etl1(['--payer', 'aetna', '--config', embedded])).exitCode).toBe(0);
      const outputs = await readPartitionedOutputs(join(folder, 'data'));
      expect(await story.rows()).toEqual(linesOfAll(outputs));
    }));

  it('are named in the record of the run, with the snapshots that it found and left', () =>
    inNamespace(async (story) => {
      const { run_id: run } = await story.load(pairOf(['99213']));
      const record = story.recordOf(run);
      const [{ snapshot } = {}] = await session.rows(
        `SELECT CAST(snapshot_id AS STRING) AS snapshot FROM ${story.namespace}.fact_rate.snapshots`,
      );
      expect(record).toMatchObject({
        outputs: {},
        catalog_tables: {
          fact_rate: {
            name: `${story.namespace}.fact_rate`,
            snapshot_found: null,
            snapshot_left: snapshot,
            rows: 1,
          },
        },
        summary: {
          catalog: story.namespace,
          tables: { fact_rate: { path: `${story.namespace}.fact_rate` } },
        },
      });
    }));

  it("are left alone where they are somebody else's", () =>
    inNamespace(async (story) => {
      await session.run(`CREATE NAMESPACE ${story.namespace}`);
      await session.run(`CREATE TABLE ${story.namespace}.fact_rate (a INT) USING iceberg`);
      await expect(story.load(pairOf(['99213']))).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(
          /fact_rate is in the way: .* found the columns a int; expected fact_uid string, state string/,
        ),
      });
      expect(await session.rows(`SHOW TABLES IN ${story.namespace}`)).toHaveLength(1);
    }));

  it('are missed with a way to have them where there is no such catalog', () =>
    withFolder(async (folder) => {
      const story = new Story(folder, 'nowhere.etl1', session);
      await expect(story.load(pairOf(['99213']))).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining('Spark has no catalog nowhere; expected an Iceberg catalog'),
        hint: expect.stringContaining('spark.jars.packages'),
      });
    }));

  it.each([
    // the one finds that somebody was first as it commits; the other takes what it finds, and sees it afterwards
    { catalog: 'lake', how: 'Found', left: 1 },
    { catalog: 'fresh', how: '1 rows are written, 2 were to be', left: 0 },
  ])(
    'take no key twice, though somebody else brings it to $catalog at the same moment',
    ({ catalog, how, left }) =>
      inNamespace(async (story) => {
        await story.load(pairOf(['99213']));
        const other = await startWithCatalog(warehouse);
        if (!other) throw new RangeError('there is no Spark');
        try {
          const bring = async (sql: string) => {
            if (sql.startsWith('MERGE INTO') && sql.includes('dim_code'))
              await session.run(
                `INSERT INTO ${story.namespace}.dim_code VALUES ('CPT', '99215', NULL, NULL)`,
              );
          };
          const late = new Story(story.folder, story.namespace.replace('lake', catalog), other);
          const pair = pairOf(['99215', '99216']);
          await expect(late.load(pair, settingsFor('GA'), bring)).rejects.toMatchObject({
            kind: 'busy',
            message: expect.stringMatching(
              new RegExp(`dim_code: was changed by somebody else while it was merged; .*: .*${how}`),
            ),
          });
          const { tables } = await late.load(pair);
          expect(tables['dim_code']).toMatchObject({ inserted: left, total: 3 });
          expect(tables['fact_rate']).toMatchObject({ inserted: 2 * left, total: 3 });
          await late.expectWhole();
        } finally {
          await other[Symbol.asyncDispose]();
        }
      }),
  );
});
