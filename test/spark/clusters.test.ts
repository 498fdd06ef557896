import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyPayer, inWorkspace, type Workspace } from '../e2e/workspace.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { type Cluster, clustersThere, placesIn, withCluster } from './support/cluster.js';
import { writeConfig } from './support/config.js';
import { expectGone, processesBelow } from './support/processes.js';
import { quickConf, spark } from './support/spark.js';
import { startWorker } from './support/standalone.js';
import { linesOfAll } from './support/story.js';

describe.skipIf(!spark).each(clustersThere)('the command on a cluster of the kind %s', (name) => {
  it('loads what the embedded engine does, though an executor is killed, and has nothing to do the second time', () =>
    inWorkspace((workspace) =>
      withCluster(name, join(workspace.folder, 'cluster'), async (cluster) => {
        const { folder } = workspace;
        const load = loader(workspace, cluster);
        const loading = load();
        await until(() => existsSync(join(folder, staged)), loading);
        process.kill(onlyProcess(executor), 'SIGKILL');
        const { exitCode, stderr, stdout } = await loading;
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(JSON.parse(stdout)).toMatchObject({
          status: 'published',
          balance: { read: 20_000, inserted: 10_028 },
        });
        expect(readdirSync(join(folder, 'data/dims')).filter((left) => left.startsWith('.'))).toEqual([]);
        expect(JSON.parse((await load()).stdout)).toMatchObject({ status: 'unchanged' });
        await expectRowsOfEmbedded(workspace);
      }),
    ));
});

describe.skipIf(!spark)('a cluster that does nothing', () => {
  it.each([{ name: 'master alone' }, { name: 'standalone' }] as const)(
    'is waited for as long as is said, once for all loads of a command: $name',
    ({ name }) =>
      inWorkspace((workspace) =>
        withCluster(name, join(workspace.folder, 'cluster'), async (cluster) => {
          const { folder } = workspace;
          copyPayer(workspace, 'other');
          const loading = loader(workspace, cluster, { spark_wait_minutes: 2 })('--payer', 'other');
          // with it goes its executor, and no other comes
          if (name === 'standalone') {
            await until(() => existsSync(join(folder, staged)), loading);
            process.kill(onlyProcess(worker), 'SIGKILL');
          }
          const { exitCode, stderr, stdout } = await loading;
          expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 });
          expect(stderr).toContain('Spark has waited for its cluster for 2 minutes: ');
          expect(stderr).toContain('Spark is waiting for its cluster: ');
          const failed = { status: 'failed', error: { exit_code: 75 } };
          const { payers, total } = JSON.parse(stdout);
          expect(payers).toMatchObject([failed, failed]);
          expect(total.seconds).toBeLessThan(2 * 2 * 60);
          expect(existsSync(join(folder, 'data/dims'))).toBe(false);
          expect(readFileSync(join(folder, log), 'utf8')).toContain('Spark is waiting for its cluster: ');
        }),
      ),
  );

  it('is waited for until it does, from the beginning and in the middle of a load', () =>
    inWorkspace((workspace) => {
      const { folder } = workspace;
      const places = placesIn(join(folder, 'cluster'));
      return withCluster('master alone', places.folder, async (cluster) => {
        const loading = loader(workspace, cluster, { spark_wait_minutes: 2 })();
        const hasWaited = () => readIfThere(join(folder, log)).includes('Spark is waiting for its cluster: ');
        await until(hasWaited, loading);
        const lost = await startWorker(places, cluster.master);
        await until(() => existsSync(join(folder, staged)), loading);
        const executors = processesOf(executor);
        await lost[Symbol.asyncDispose]();
        await expectGone(executors);
        await using _ = await startWorker(places, cluster.master);
        const { exitCode, stderr } = await loading;
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        await expectRowsOfEmbedded(workspace);
      });
    }));
});

describe.skipIf(!spark)('executors that come when there is work, and go when there is none', () => {
  it('load what the embedded engine does, and none of them is waited for', () =>
    inWorkspace((workspace) =>
      withCluster('standalone', join(workspace.folder, 'cluster'), async (cluster) => {
        const conf = {
          ...cluster.conf,
          'spark.dynamicAllocation.enabled': 'true',
          'spark.dynamicAllocation.minExecutors': '0',
          'spark.dynamicAllocation.initialExecutors': '0',
          'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
          'spark.dynamicAllocation.shuffleTracking.timeout': '1s',
          'spark.dynamicAllocation.executorIdleTimeout': '1s',
        };
        const loading = loader(workspace, { ...cluster, conf })();
        await until(() => existsSync(join(workspace.folder, staged)), loading);
        // while nobody asks for anything
        const command = onlyProcess(/bin\/etl1\.js/);
        process.kill(command, 'SIGSTOP');
        try {
          await expectGone(processesOf(executor));
        } finally {
          process.kill(command, 'SIGCONT');
        }
        const { exitCode, stderr } = await loading;
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        expect(stderr).not.toContain('Spark is waiting for its cluster');
        await expectRowsOfEmbedded(workspace);
      }),
    ));
});

describe.skipIf(!spark)('a master that is not there', () => {
  it('ends the command, which names it', () =>
    inWorkspace(async ({ folder, etl1 }) => {
      const master = 'k8s://http://127.0.0.1:1';
      const args = ['--payer', 'aetna', '--config', writeConfig(folder, { spark_master: master })];
      const { exitCode, stderr } = await etl1(args, { environment: { ...spark?.environment } });
      expect(exitCode).toBe(78);
      expect(stderr).toContain(`Spark does not start with spark_master ${master}: `);
      expect(stderr).toContain('Connection refused');
    }));
});

/** A file that tells of staged rows. */
const staged = 'data/.staging/aetna_GA_202508/spark/staged_rates/_SUCCESS';

const log = 'logs/etl1_scalable.log';

// what they start has their command line at first, and is below them
const executor = /^\S*java .*ExecutorBackend/;
const worker = /^\S*java .*deploy\.worker\.Worker/;

/** Gives what loads the sample on a cluster. */
function loader(
  { folder, etl1 }: Workspace,
  { master, conf, environment }: Cluster,
  settings: Readonly<Record<string, unknown>> = {},
) {
  const all = { spark_master: master, spark_conf: { ...quickConf, ...conf }, ...settings };
  const args = ['--payer', 'aetna', '--config', writeConfig(folder, all), '--output-format', 'json'];
  const options = { environment: { ...spark?.environment, ...environment }, timeoutSeconds: 400 };
  return (...more: readonly string[]) => etl1([...args, ...more], options);
}

/** The data root holds what the embedded engine makes of the sample. */
async function expectRowsOfEmbedded({ folder, etl1 }: Workspace): Promise<void> {
  const here = join(folder, 'here');
  const environment = {
    ETL1_FACT_LAYOUT: 'partitioned',
    ETL1_INPUT_DIR: join(folder, 'data/input'),
  };
  const { exitCode, stderr } = await etl1(['--payer', 'aetna', '--data-root', here], { environment });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const rows = linesOfAll(await readPartitionedOutputs(join(folder, 'data')));
  expect(rows).toEqual(linesOfAll(await readPartitionedOutputs(here)));
}

/** Waits until something is so, which is to be before a load ends. */
async function until(isSo: () => boolean, loading: Promise<{ readonly stderr: string }>): Promise<void> {
  let said: string | null = null;
  void loading.then(({ stderr }) => {
    said = stderr;
  });
  while (!isSo()) {
    expect(said).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Processes of these tests with such a command line. */
const processesOf = (command: RegExp): number[] =>
  processesBelow(process.pid).flatMap((one) => (command.test(one.command) ? [one.pid] : []));

function onlyProcess(command: RegExp): number {
  const [pid] = processesOf(command);
  if (pid === undefined) throw new RangeError(`there is no process ${command}`);
  return pid;
}
