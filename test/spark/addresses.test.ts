import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSomePayers } from '../../src/pipeline/find-payers.js';
import { searchedBy } from '../../src/pipeline/locate.js';
import { localOutputs } from '../../src/pipeline/output-files.js';
import { makePlan } from '../../src/pipeline/plan.js';
import { prepareLoad } from '../../src/pipeline/prepare.js';
import { executePlan } from '../../src/pipeline/run.js';
import { clusterFiles } from '../../src/spark/cluster-files.js';
import type { SparkSession } from '../../src/spark/session.js';
import { copyPayer, inWorkspace, type Workspace, writeCleanPair } from '../e2e/workspace.js';
import { tableNames } from '../model/tables.js';
import { linesOf } from '../support/compare-content.js';
import { plainRatesColumns, writeRows } from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';
import { readPartitionedOutputs, settingsOf } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { engineIn, spark, startSession } from './support/spark.js';

/** A folder of this machine as a cluster is asked for it; a blank in a name stays one, as in paths of Hadoop. */
const addressOf = (path: string) => `file://${path}`;

const committed = join(import.meta.dirname, '../../data/input');

describe.skipIf(!spark)('inputs at addresses', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  const files = clusterFiles(async () => session.files);
  const optionsOf = (signal = new AbortController().signal) => ({
    ...{ files, outputs: async () => localOutputs, force: false, isDryRun: false, signal },
  });

  function requestOf(folder: string, input = addressOf(join(folder, 'my input'))) {
    const flags = { engine: 'spark', fact_layout: 'partitioned', data_root: join(folder, 'spark') };
    return { payer: 'aetna', settings: settingsOf({ ...flags, input_dir: input }) };
  }

  it('are loaded as files of this machine are, and not a second time', () =>
    withFolder(async (folder) => {
      cpSync(committed, join(folder, 'my input'), { recursive: true });
      const request = requestOf(folder);
      const plan = await makePlan(request, undefined, { files });
      await executePlan(plan, { files }, engineIn(session));

      const embedded = settingsOf({
        ...{ fact_layout: 'partitioned', data_root: join(folder, 'embedded') },
        input_dir: join(folder, 'my input'),
      });
      const ours = await makePlan({ payer: 'aetna', settings: embedded });
      await executePlan(ours);
      expect(await linesIn(join(folder, 'spark'))).toEqual(await linesIn(join(folder, 'embedded')));
      for (const source of ['rates', 'providers'] as const) {
        const [one, other] = [plan.sources[source].files[0], ours.sources[source].files[0]];
        expect(one?.path).toBe(addressOf(String(other?.path)));
        expect({ ...one, path: '', footer: { ...one?.footer, path: '' } }).toEqual({
          ...{ ...other, path: '', footer: { ...other?.footer, path: '' } },
        });
      }

      const again = await prepareLoad(request, optionsOf());
      expect(again.unchanged?.inputs.rates).toMatchObject([
        { path: `${addressOf(join(folder, 'my input'))}/202508_aetna_ga_rates.parquet`, rows: 20_000 },
      ]);
    }));

  it('are found in folders below folders, whoever they are of', () =>
    withFolder(async (folder) => {
      for (const name of ['a/b/202508_x_rates.parquet', 'a/202507_y_rates.parquet', 'notes.txt']) {
        const path = join(folder, 'in', name);
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, '');
      }
      const input = addressOf(join(folder, 'in'));
      const searched = searchedBy(settingsOf({ engine: 'spark', fact_layout: 'partitioned' }), files);
      const rates = {
        folder: input,
        patterns: { ...searched.patterns, rates: '**/*_{payer}_rates.parquet' },
      };
      const slice = { state: 'GA', period: 'latest' };
      expect(await findSomePayers({ ...searched, ...rates }, slice)).toEqual(['x', 'y']);
      expect((await files.list(input, false))?.toSorted()).toEqual(['a', 'notes.txt']);
      expect((await files.list(`${input}/`, true))?.toSorted()).toEqual(
        ['a/202507_y_rates.parquet', 'a/b/202508_x_rates.parquet', 'notes.txt'].toSorted(),
      );
      expect(await files.list('file:///', false)).toContain('tmp');
    }));

  it('that are not there, or not as they should be, are told before anything is staged', () =>
    withFolder(async (folder) => {
      const nowhere = requestOf(folder);
      await expect(makePlan(nowhere, undefined, { files })).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringMatching(/expected file:\/\/.*my input\/.*there is no such folder$/),
      });
      cpSync(committed, join(folder, 'in'), { recursive: true });
      const input = addressOf(join(folder, 'in'));
      const request = requestOf(folder, input);
      await expect(makePlan({ ...request, payer: 'aetnaa' }, undefined, { files })).rejects.toThrow(
        /payers found: aetna; did you mean aetna\?$/,
      );
      const named = (rates: string) =>
        makePlan({ ...request, named: { rates: `${input}/${rates}` } }, undefined, { files });
      await expect(named('x.parquet')).rejects.toMatchObject({
        kind: 'input',
        message: `${input}/x.parquet: there is no such file`,
      });
      await expect(named('README.md')).rejects.toThrow(
        /cannot be read as parquet: it does not end with PAR1/,
      );
      await expect(named('')).rejects.toThrow(/this is a folder; expected a file/);
      const { negotiated_rate: _, ...columns } = plainRatesColumns;
      await writeRows(join(folder, 'in', 'x.parquet'), [{ billing_code: '1' }], { columns });
      await expect(named('x.parquet')).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('negotiated_rate'),
      });
      await expect(files.list(`${input}/README.md`, false)).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringContaining('this is a file; expected a folder'),
      });
      await expect(files.list('nofs://a/b', false)).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringContaining('No FileSystem for scheme "nofs"'),
        hint: expect.stringContaining('spark_conf'),
      });
    }));

  it('that change while they are read end the load, and nothing is published', () =>
    withFolder(async (folder) => {
      cpSync(committed, join(folder, 'my input'), { recursive: true });
      const plan = await makePlan(requestOf(folder), undefined, { files });
      appendFileSync(join(folder, 'my input', '202508_aetna_ga_providers.parquet'), 'more');
      await expect(executePlan(plan, { files }, engineIn(session))).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('providers.parquet: has been changed while it was read'),
      });
    }));
});

describe.skipIf(!spark)('the command', () => {
  it('loads every payer of a folder at an address in one session, and finds nothing to do afterwards', () =>
    inWorkspace(async (workspace) => {
      const { folder, etl1 } = workspace;
      const input = pathToFileURL(join(folder, 'data/input')).href;
      const config = writeConfig(folder, { input_dir: input });
      await writeCleanPair(workspace, 'one');
      copyPayer(workspace, 'two');
      await writeCleanPair(workspace, 'two');
      const load = (...args: string[]) =>
        etl1(['--all', '--config', config, '--output-format', 'json', ...args], {
          environment: { ...spark?.environment },
          timeoutSeconds: 300,
        });
      const before = workspace.list('data');
      const dry = await load('--dry-run');
      expect({ exitCode: dry.exitCode, stderr: dry.stderr }).toMatchObject({ exitCode: 0 });
      expect(dry.stdout).toContain(`${input}/202508_one_ga_rates.parquet`);
      expect(workspace.list('data')).toEqual(before);

      const first = await load();
      expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
      expect(statusesIn(first.stdout)).toEqual(['published', 'published', 'published']);
      expect(statusesIn((await load()).stdout)).toEqual(['unchanged', 'unchanged', 'unchanged']);
      expect(await inputsOfRuns(workspace, config)).toContain(`${input}/202508_two_ga_providers.parquet`);
    }));
});

/** What came of each payer. */
function statusesIn(stdout: string): unknown[] {
  return [...stdout.matchAll(/"status": ?"(published|unchanged|failed)"/g)].map(([, status]) => status);
}

async function inputsOfRuns({ etl1 }: Workspace, config: string): Promise<string> {
  return (await etl1(['runs', '--config', config, '--output-format', 'json'])).stdout;
}

async function linesIn(dataRoot: string): Promise<Record<string, string[]>> {
  const outputs = await readPartitionedOutputs(dataRoot);
  return Object.fromEntries(tableNames.map((name) => [name, linesOf(name, outputs[name])]));
}
