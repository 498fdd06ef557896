import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inWorkspace } from '../e2e/workspace.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { processesBelow } from './support/processes.js';
import { localCluster, quickConf, spark } from './support/spark.js';
import { linesOfAll } from './support/story.js';

const beside = fileURLToPath(new URL('../../dist/spark', import.meta.url));

/** What somebody does in a notebook: commands one after the other in a session that has views and settings of its own. */
const notebook = `
import json, os, sys
sys.path.insert(0, ${JSON.stringify(beside)})
from in_session import run_etl1
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
spark.range(3).createOrReplaceTempView("staged_rates")
spark.conf.set("spark.sql.ansi.enabled", "false")
spark.conf.set("spark.sql.shuffle.partitions", "3")
# as a vendor's Spark has settings of its own
spark.conf.set("spark.vendor.feature", "on")
# as credentials of a store are set
spark.conf.set("fs.viewfs.mounttable.lake.link./in", f"file://{os.getcwd()}/data/input")
codes, running = [], []
for arguments in json.loads(sys.argv[1]):
    try:
        codes.append(run_etl1(spark, *arguments, node=${JSON.stringify(process.execPath)}))
    except KeyboardInterrupt:
        codes.append(130)
    running.extend(spark.sparkContext.statusTracker().getActiveJobsIds())
views = {table.name: spark.table(table.name).count() for table in spark.catalog.listTables()}
print("ended", json.dumps({"codes": codes, "running": running, "views": views, "ansi": spark.conf.get("spark.sql.ansi.enabled")}))
`;

const endedSchema = z.object({
  codes: z.array(z.number()),
  running: z.array(z.number()),
  views: z.record(z.string(), z.number()),
  ansi: z.string(),
});

/** A session as it was before. */
const untouched = { running: [], views: { staged_rates: 3 }, ansi: 'false' };

/** Runs commands in one session; `meanwhile` gets the id of its process. Gives what was printed, and how it ended. */
async function runInNotebook(
  folder: string,
  commands: readonly (readonly string[])[],
  meanwhile: (pid: number) => Promise<void> = async () => {},
) {
  const script = join(folder, 'notebook.py');
  writeFileSync(script, notebook);
  const conf = Object.entries(quickConf).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  const child = spawn(
    spark?.submit ?? '',
    ['--master', localCluster, ...conf, script, JSON.stringify(commands)],
    {
      cwd: folder,
      env: { ...process.env, ...spark?.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), 300_000);
  let said = '';
  let complained = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    complained += text.toString();
  });
  const closed = once(child, 'close');
  try {
    await meanwhile(child.pid ?? 0);
    await closed;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  const [, ended] = /^ended (.*)$/m.exec(said) ?? [];
  if (ended === undefined) throw new RangeError(`the notebook did not end: ${said}\n${complained}`);
  return { said, ended: endedSchema.parse(JSON.parse(ended)) };
}

function isAlive(pid: number): boolean {
  return processesBelow(process.pid).some((one) => one.pid === pid);
}

describe.skipIf(!spark)('etl1 in a session that is there', () => {
  const args = (config: string) => ['--payer', 'aetna', '--config', config, '--output-format', 'json'];

  it('loads what the embedded engine does, and leaves the session as it was', () =>
    inWorkspace(async ({ folder, etl1 }) => {
      const input = { input_dir: 'viewfs://lake/in' };
      const config = writeConfig(folder, { spark_master: null, spark_conf: {}, ...input });
      const { said, ended } = await runInNotebook(folder, [args(config), args(config)]);
      expect({ said, ended }).toMatchObject({ ended: { ...untouched, codes: [0, 0] } });
      expect(said.match(/"status": ?"\w+"/g)).toEqual([
        expect.stringContaining('published'),
        expect.stringContaining('unchanged'),
      ]);
      const here = join(folder, 'here');
      const embedded = await etl1([...args(config), '--engine', 'embedded', '--data-root', here], {
        environment: { ETL1_INPUT_DIR: join(folder, 'data/input') },
      });
      expect(embedded.exitCode).toBe(0);
      const rows = linesOfAll(await readPartitionedOutputs(join(folder, 'data')));
      expect(rows).toEqual(linesOfAll(await readPartitionedOutputs(here)));
    }));

  it('refuses what only another session could have', () =>
    inWorkspace(async ({ folder }) => {
      const configs = [
        writeConfig(folder, { spark_master: 'yarn' }, 'elsewhere.yaml'),
        writeConfig(
          folder,
          { spark_master: null, spark_conf: { 'spark.executor.memory': '8g' } },
          'larger.yaml',
        ),
      ];
      const { said, ended } = await runInNotebook(folder, configs.map(args));
      expect({ said, ended }).toMatchObject({ ended: { ...untouched, codes: [78, 78] } });
      expect(said).toContain(
        `spark_master is yarn, but this session is one of ${localCluster}: leave it out`,
      );
      expect(said).toContain('spark_conf: spark.executor.memory is for an application that is to be started');
    }));

  it.each([
    { what: 'it is killed', command: /bin\/etl1\.js/, signal: 'SIGKILL', code: -9 },
    { what: 'its cell is interrupted', command: /^\S*python\S* .*notebook\.py/, signal: 'SIGINT', code: 130 },
  ] as const)(
    'takes its jobs along when $what, and the next command does the rest',
    ({ command, signal, code }) =>
      inWorkspace(async ({ folder }) => {
        const config = writeConfig(folder, { spark_master: null, spark_conf: {} });
        const { said, ended } = await runInNotebook(folder, [args(config), args(config)], async (pid) => {
          while (isAlive(pid) && !existsSync(join(folder, 'data/.staging/aetna_GA_202508/spark')))
            await new Promise((resolve) => setTimeout(resolve, 50));
          const found = processesBelow(pid).find((one) => command.test(one.command));
          process.kill(found?.pid ?? Number.NaN, signal);
        });
        expect({ said, ended }).toMatchObject({ ended: { ...untouched, codes: [code, 0] } });
      }),
  );
});
