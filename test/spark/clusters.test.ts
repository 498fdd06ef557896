import { existsSync, readdirSync } from 'node:fs';
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
        await killExecutor(
          join(folder, 'data/.staging/aetna_GA_202508/spark/staged_rates/_SUCCESS'),
          loading,
        );
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

/** Ends the only executor there is, once a file that tells of staged rows is there. */
async function killExecutor(staged: string, loading: Promise<{ readonly stderr: string }>): Promise<void> {
  let said: string | null = null;
  void loading.then(({ stderr }) => {
    said = stderr;
  });
  while (!existsSync(staged)) {
    expect(said).toBe(null);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // what it starts has its command line at first, and is below it
  const executor = processesBelow(process.pid).find(({ command }) =>
    /^\S*java .*ExecutorBackend/.test(command),
  );
  if (!executor) throw new RangeError('there is no executor');
  process.kill(executor.pid, 'SIGKILL');
}
