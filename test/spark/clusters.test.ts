import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inWorkspace } from '../e2e/workspace.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { clustersThere, withCluster } from './support/cluster.js';
import { writeConfig } from './support/config.js';
import { processesBelow } from './support/processes.js';
import { quickConf, spark } from './support/spark.js';
import { linesOfAll } from './support/story.js';

describe.skipIf(!spark).each(clustersThere)('the command on a cluster of the kind %s', (name) => {
  it('loads what the embedded engine does, though an executor is killed, and has nothing to do the second time', () =>
    inWorkspace(({ folder, etl1 }) =>
      withCluster(name, join(folder, 'cluster'), async ({ master, conf, environment }) => {
        const settings = { spark_master: master, spark_conf: { ...quickConf, ...conf } };
        const args = ['--payer', 'aetna', '--config', writeConfig(folder, settings)];
        const inSpark = { environment: { ...spark?.environment, ...environment }, timeoutSeconds: 300 };
        const load = () => etl1([...args, '--output-format', 'json'], inSpark);

        const loading = load();
        await killOnce(join(folder, 'data', staged), /^\S*java .*ExecutorBackend/, loading);
        const first = await loading;
        expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
        expect(JSON.parse(first.stdout)).toMatchObject({
          status: 'published',
          balance: { read: 20_000, inserted: 10_028 },
        });
        expect(readdirSync(join(folder, 'data/dims')).filter((left) => left.startsWith('.'))).toEqual([]);
        expect(JSON.parse((await load()).stdout)).toMatchObject({ status: 'unchanged' });

        const here = join(folder, 'here');
        const inputs = { ETL1_INPUT_DIR: join(folder, 'data/input') };
        const embedded = await etl1([...args, '--engine', 'embedded', '--data-root', here], {
          environment: inputs,
        });
        expect(embedded.exitCode).toBe(0);
        const rows = linesOfAll(await readPartitionedOutputs(join(folder, 'data')));
        expect(rows).toEqual(linesOfAll(await readPartitionedOutputs(here)));
      }),
    ));
});

describe.skipIf(!spark)('a cluster that does nothing', () => {
  it.each([{ name: 'master alone' }, { name: 'standalone' }] as const)(
    'is waited for as long as is said: $name',
    ({ name }) =>
      inWorkspace(({ folder, etl1 }) =>
        withCluster(name, join(folder, 'cluster'), async ({ master, conf }) => {
          const settings = {
            spark_master: master,
            spark_conf: { ...quickConf, ...conf },
            spark_wait_minutes: 2,
          };
          const args = [
            '--payer',
            'aetna',
            '--config',
            writeConfig(folder, settings),
            '--output-format',
            'json',
          ];
          const loading = etl1(args, { environment: { ...spark?.environment }, timeoutSeconds: 400 });
          // with it goes its executor, and no other comes
          if (name === 'standalone')
            await killOnce(join(folder, 'data', staged), /^\S*java .*deploy\.worker\.Worker/, loading);
          const { exitCode, stderr, stdout } = await loading;
          expect({ exitCode, stderr }).toMatchObject({ exitCode: 75 });
          expect(stderr).toContain('Spark has waited for its cluster for 2 minutes: ');
          expect(stderr).toContain('Spark is waiting for its cluster: ');
          expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', error: { exit_code: 75 } });
          expect(existsSync(join(folder, 'data/dims'))).toBe(false);
          const log = readFileSync(join(folder, 'logs/etl1_scalable.log'), 'utf8');
          expect(log).toContain('Spark is waiting for its cluster: ');
        }),
      ),
  );
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
const staged = '.staging/aetna_GA_202508/spark/staged_rates/_SUCCESS';

/** Ends the only process of a command line, once a file is there. */
async function killOnce(
  file: string,
  command: RegExp,
  loading: Promise<{ readonly stderr: string }>,
): Promise<void> {
  let said: string | null = null;
  void loading.then(({ stderr }) => {
    said = stderr;
  });
  while (!existsSync(file)) {
    expect(said).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // what it starts has its command line at first, and is below it
  const found = processesBelow(process.pid).find((one) => command.test(one.command));
  if (!found) throw new RangeError(`there is no process ${command}`);
  process.kill(found.pid, 'SIGKILL');
}
