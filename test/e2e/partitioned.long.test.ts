import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { quoteText } from '../support/fixture-database.js';
import { pathOf } from '../support/load-pair.js';
import { datasetIn, describeDataset, partsThere, queryRows, readList } from '../support/partitioned.js';
import { inWorkspace, type Workspace, writeCleanPair } from './workspace.js';

const environment = { ETL1_FACT_LAYOUT: 'partitioned' };
const aetna = ['--payer', 'aetna', '--no-progress'];
const clean = ['--payer', 'clean', '--no-progress'];
const facts = 10_028;

const ofAetna = 'state=GA/payer_slug=aetna-health-plan/year_month=2025-08';
const ofClean = (month: string) => `state=GA/payer_slug=clean/year_month=${month}`;

interface Scene extends Workspace {
  readonly root: string;
  readonly dataset: string;
  /** Runs the command on partitions; it has to succeed. */
  readonly run: (args: readonly string[]) => Promise<string>;
  /** The same, of which a program reads what came of it. */
  readonly json: (args: readonly string[]) => Promise<object>;
}

/** The sample and a small payer, of whom the sample is loaded in partitions. */
function afterLoad(work: (scene: Scene) => Promise<void>): Promise<void> {
  return inWorkspace(async (workspace) => {
    const root = join(workspace.folder, 'data');
    const run = async (args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await workspace.etl1(args, { environment });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    };
    const json = async (args: readonly string[]): Promise<object> =>
      JSON.parse(await run([...args, '--output-format', 'json']));
    await writeCleanPair(workspace, 'clean');
    expect(await run(aetna)).toContain('ETL1 pipeline completed');
    await work({ ...workspace, root, dataset: datasetIn(root), run, json });
  });
}

/** What tells that a file is the same one, unwritten. */
function stateOf(path: string) {
  const { ino, size, mtimeMs } = statSync(path);
  return { ino, size, mtimeMs };
}

/** A part without the columns that its folder tells. */
const readPart = (path: string) => `read_parquet(${quoteText(path)}, hive_partitioning = false)`;

const partsOf = (dataset: string, partition: string) =>
  partsThere(dataset).filter((path) => path.startsWith(`${partition}/`));

/** Expects a refusal, which changes nothing below the data root. */
async function expectRefusal(
  { etl1, list }: Workspace,
  args: readonly string[],
  exitCode: number,
  message: RegExp,
  layout = environment,
): Promise<void> {
  const withoutLocks = () =>
    Object.fromEntries(Object.entries(list('data')).filter(([name]) => !/^\.(?:locks|staging)/.test(name)));
  const before = withoutLocks();
  const refused = await etl1(args, { environment: layout });
  expect(refused.stderr).toMatch(message);
  expect(refused.exitCode).toBe(exitCode);
  expect(withoutLocks()).toEqual(before);
}

describe('loads into partitions', () => {
  it('are done once, again with --force, and told of by a dry run', async () => {
    await afterLoad(async ({ run, json, list, dataset }) => {
      const before = list('data');
      expect(await run(aetna)).toMatch(/^Nothing to do for payer aetna, state GA, period 202508: /);
      expect(await json([...aetna, '--dry-run'])).toMatchObject({ status: 'planned' });
      expect(await run([...clean, '--dry-run'])).toContain('fact_rate/_manifest.json');
      expect(list('data')).toEqual(before);

      const parts = partsThere(dataset).map((path) => [path, stateOf(join(dataset, path))]);
      expect(await json([...aetna, '--force'])).toMatchObject({
        tables: { fact_rate: { inserted: 0, kept: facts, total: facts, path: dataset } },
      });
      expect(partsThere(dataset).map((path) => [path, stateOf(join(dataset, path))])).toEqual(parts);
    });
  });

  it('write only what they bring: other partitions and tables that gain nothing stay as they are', async () => {
    await afterLoad(async (scene) => {
      const { root, dataset, run, json } = scene;
      const [part = ''] = partsOf(dataset, ofAetna);
      const before = stateOf(join(dataset, part));
      expect(await json(clean)).toMatchObject({
        tables: { fact_rate: { inserted: 1, kept: facts, total: facts + 1 } },
      });
      const [ofAugust = ''] = partsOf(dataset, ofClean('2025-08'));
      const [august, code] = [stateOf(join(dataset, ofAugust)), stateOf(pathOf(root, 'dim_code'))];

      // the same again is the next month's file, of which all but the month is known
      for (const source of ['rates', 'providers'])
        copyFileSync(
          join(root, `input/202508_clean_ga_${source}.parquet`),
          join(root, `input/202509_clean_ga_${source}.parquet`),
        );
      await queryRows(
        `COPY (SELECT * REPLACE ('2025-09-01' AS last_updated_on) FROM ${quoteText(join(root, 'input/202508_clean_ga_rates.parquet'))}) TO ${quoteText(join(root, 'input/202509_clean_ga_rates.parquet'))}`,
      );
      expect(await json(clean)).toMatchObject({
        period: '202509',
        tables: { dim_code: { inserted: 0 }, fact_rate: { inserted: 1, total: facts + 2 } },
      });
      expect(partsOf(dataset, ofClean('2025-09'))).toHaveLength(1);
      expect(stateOf(join(dataset, part))).toEqual(before);
      expect(stateOf(join(dataset, ofAugust))).toEqual(august);
      expect(stateOf(pathOf(root, 'dim_code'))).toEqual(code);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));

      // what others did in other partitions is no reason to load again
      expect(await run([...clean, '--period', '202508'])).toMatch(/^Nothing to do for payer clean/);
      expect(await json([...aetna, '--mode', 'replace'])).toMatchObject({
        tables: { fact_rate: { inserted: facts, removed: facts, total: facts + 2 } },
      });
      expect(partsOf(dataset, ofAetna)).toHaveLength(1);
      expect(stateOf(join(dataset, ofAugust))).toEqual(august);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
    });
  });
});

describe('facts that are kept another way than is set', () => {
  it('are refused with a hint, by which they are converted and gone on with', async () => {
    await afterLoad(async (scene) => {
      const { root, dataset, etl1, json, run } = scene;
      const single = { ETL1_FACT_LAYOUT: 'single' };
      const message =
        /fact_layout is single, but facts are kept as partitioned in .*\n {2}try: `etl1 migrate --to single`/;
      await expectRefusal(scene, clean, 78, message, single);
      const text = (await etl1(['migrate', '--to', 'single'])).stdout;
      expect(text).toMatch(
        /^Facts are single now: .*\n10,028 facts in 1 file, .*\nSet `fact_layout: single`/,
      );
      expect(existsSync(dataset)).toBe(false);
      await expectRefusal(scene, clean, 78, /`etl1 migrate --to partitioned` converts them/);
      const known = await etl1([...aetna, '--output-format', 'json'], { environment: single });
      expect(JSON.parse(known.stdout)).toMatchObject({
        status: 'unchanged',
        tables: { fact_rate: { path: `${dataset}.parquet` } },
      });
      expect((await etl1(clean, { environment: single })).exitCode).toBe(0);

      expect(await json(['migrate', '--to', 'partitioned'])).toEqual({
        ...{ status: 'migrated', layout: 'partitioned', rows: facts + 1, files: 2 },
        ...{ bytes: readList(dataset).bytes, path: dataset },
      });
      expect(await json(['migrate', '--to', 'partitioned'])).toMatchObject({ status: 'unchanged' });
      for (const load of [clean, aetna]) expect(await run(load)).toMatch(/^Nothing to do for payer /);
      expect(readdirSync(join(root, 'gold'))).toEqual(['fact_rate']);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      await writeCleanPair(scene, 'clean', '202510');
      expect(await run(clean)).toContain('ETL1 pipeline completed');
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      const nowhere = await etl1([
        'migrate',
        '--to',
        'single',
        '--output-format',
        'json',
        '--data-root',
        'no',
      ]);
      expect(JSON.parse(nowhere.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 66 } });
      expect(nowhere.exitCode).toBe(66);
    });
  });
});

describe('compact', () => {
  it('joins what many small loads left, and says so', async () => {
    await afterLoad(async (scene) => {
      const { root, dataset, etl1, json, run } = scene;
      const path = join(root, 'input/202508_clean_ga_rates.parquet');
      for (const code of ['1', '2', '3']) {
        await queryRows(
          `COPY (SELECT * REPLACE (${quoteText(`9921${code}`)} AS billing_code) FROM ${quoteText(path)}) TO ${quoteText(path)}`,
        );
        await run(clean);
      }
      expect(partsOf(dataset, ofClean('2025-08'))).toHaveLength(3);
      const large = stateOf(join(dataset, partsOf(dataset, ofAetna)[0] ?? ''));
      expect(await json(['compact', '--no-progress'])).toMatchObject({
        status: 'compacted',
        partitions: 2,
        compacted: [{ partition: ofClean('2025-08'), rows: 3, parts_before: 3, parts: 1 }],
      });
      expect(partsOf(dataset, ofClean('2025-08'))).toHaveLength(1);
      expect(stateOf(join(dataset, partsOf(dataset, ofAetna)[0] ?? ''))).toEqual(large);
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
      expect(await run(['compact'])).toBe('Nothing to do: 2 partitions, none with parts to join\n');
      // the list is another than a run left, and yet the loads are known that were done
      for (const load of [clean, aetna]) expect(await run(load)).toMatch(/^Nothing to do for payer /);
      rmSync(join(dataset, partsOf(dataset, ofClean('2025-08'))[0] ?? ''));
      await expectRefusal(scene, clean, 65, /checking outputs: .*\.parquet: is gone/);

      const single = await etl1(['compact', '--output-format', 'json', '--data-root', 'nowhere']);
      expect(JSON.parse(single.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 78 } });
    });
  });
});

describe('validate and compare', () => {
  it('read partitions as they read a file', async () => {
    await afterLoad(async ({ root, dataset, etl1, run }) => {
      const validated = await run(['validate', '--no-progress']);
      expect(validated).toMatch(/^Validated 7 tables with 12,792 rows in /);
      expect(validated).toMatch(/The outputs are sound: 0 errors, 3 warnings, 1 info\n$/);
      const single = { ETL1_INPUT_DIR: join(root, 'input') };
      const loaded = await etl1([...aetna, '--data-root', 'other'], { environment: single });
      expect(loaded.exitCode).toBe(0);
      for (const sides of [
        ['data', 'other'],
        ['other', 'data'],
      ]) {
        const { exitCode, stdout } = await etl1(['compare', ...sides]);
        expect(stdout).toMatch(/^ {2}fact_rate +10,028 +10,028 +0 +0 +0 +equal$/m);
        expect(exitCode).toBe(0);
      }
      const part = join(dataset, partsOf(dataset, ofAetna)[0] ?? '');
      await queryRows(
        `COPY (FROM ${readPart(part)} LIMIT 10000) TO ${quoteText(`${part}.x`)} (FORMAT parquet)`,
      );
      copyFileSync(`${part}.x`, part);
      const differing = await etl1(['compare', 'data', 'other'], { environment });
      expect(differing.exitCode).toBe(1);
      expect(differing.stdout).toMatch(/^ {2}fact_rate +10,000 +10,028 +0 +28 +0 +different$/m);
    });
  });
});

describe('a part that something else', () => {
  const changes: readonly (readonly [string, (part: string) => Promise<unknown>, number])[] = [
    ['removed', async (part) => rmSync(part), 0],
    [
      'changed',
      async (part) => {
        const aside = join(dirname(part), '.x');
        await queryRows(`COPY (FROM ${readPart(part)} LIMIT 1000) TO ${quoteText(aside)} (FORMAT parquet)`);
        copyFileSync(aside, part);
      },
      1000,
    ],
    [
      'added',
      (part) =>
        queryRows(
          `COPY (SELECT * REPLACE (md5(fact_uid) AS fact_uid) FROM ${readPart(part)} LIMIT 5) TO ${quoteText(join(dirname(part), 'mine.parquet'))} (FORMAT parquet)`,
        ),
      facts + 5,
    ],
  ];

  it.each(changes)('%s is refused, and taken as it is with --force', async (_, change, kept) => {
    await afterLoad(async (scene) => {
      const { dataset, json, run } = scene;
      await change(join(dataset, partsOf(dataset, ofAetna)[0] ?? ''));
      const refusal =
        /checking outputs: .*\.parquet: (?:is gone|was changed|is not in the list).*\n {2}try: .*`--force`/;
      await expectRefusal(scene, aetna, 65, refusal);
      expect(await run(clean)).toContain('ETL1 pipeline completed');
      const inserted = facts - Math.min(kept, facts);
      expect(await json([...aetna, '--force'])).toMatchObject({
        tables: { fact_rate: { inserted, total: kept + inserted + 1 } },
      });
      expect(readList(dataset)).toEqual(await describeDataset(dataset));
    });
  });
});

describe('partitions as others read them', () => {
  it('are the rows of the single file to DuckDB and Polars, which skip what a filter leaves out', async () => {
    await afterLoad(async (scene) => {
      const { root, folder, dataset, etl1, run } = scene;
      await run(clean);
      await queryRows(
        `COPY (SELECT * REPLACE ('2025-09-01' AS last_updated_on) FROM ${quoteText(join(root, 'input/202508_clean_ga_rates.parquet'))}) TO ${quoteText(join(root, 'input/202509_clean_ga_rates.parquet'))}`,
      );
      copyFileSync(
        join(root, 'input/202508_clean_ga_providers.parquet'),
        join(root, 'input/202509_clean_ga_providers.parquet'),
      );
      await run(clean);
      const pattern = join(dataset, '*/*/*/*.parquet');
      const source = `read_parquet(${quoteText(pattern)}, hive_partitioning = true)`;
      const columns = '* EXCLUDE (state, payer_slug, year_month), state, payer_slug, year_month';
      const inPartitions = await queryRows(`SELECT ${columns} FROM ${source} ORDER BY fact_uid`);
      const polars = pl
        .scanParquet(pattern, { hivePartitioning: true })
        .collectSync()
        .sort('fact_uid')
        .toRecords();
      const [plan = {}] = await queryRows(
        `EXPLAIN ANALYZE SELECT count(*) FROM ${source} WHERE year_month = '2025-09'`,
      );
      expect(Object.values(plan).join('\n')).toMatch(/Total Files Read: 1\b/);

      expect((await etl1(['migrate', '--to', 'single'])).exitCode).toBe(0);
      const file = quoteText(join(folder, 'data/gold/fact_rate.parquet'));
      const single = await queryRows(`SELECT ${columns} FROM ${file} ORDER BY fact_uid`);
      expect(single).toHaveLength(facts + 2);
      expect(inPartitions).toEqual(single);
      expect(polars).toEqual(single);
    });
  });

  it('are what the page says to who follows the list', async () => {
    const page = readFileSync(new URL('../../docs/partitions.md', import.meta.url), 'utf8');
    const [, question = ''] = /```sql\n(.*?)```/s.exec(page) ?? [];
    await afterLoad(async ({ folder }) => {
      const asked = question.replaceAll("'data/", `'${folder}/data/`);
      expect(await queryRows(asked)).toEqual([{ year_month: '2025-08', facts: BigInt(facts) }]);
    });
  });
});
