import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { copyPayer, inWorkspace, type Workspace } from '../e2e/workspace.js';
import { tableNames } from '../model/tables.js';
import { linesOf } from '../support/compare-content.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { expectGone, processesBelow } from './support/processes.js';
import { spark } from './support/spark.js';

const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));

/** Whom to end, by what is in its command line; the driver is a process of Python below that of Java. */
const victims = {
  'the driver': 'org.apache.spark.deploy.SparkSubmit',
  'the executors': 'org.apache.spark.executor.CoarseGrainedExecutorBackend',
  'etl1 itself': null,
} as const;

/** Starts a load and ends a part of it once executors work; gives the exit code of the command, and what it said. */
async function loadAndKill({ folder }: Workspace, args: readonly string[], victim: string | null) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...spark?.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  for (;;) {
    if (existsSync(join(folder, 'data/.staging/other_GA_202508/spark/staged_rates'))) {
      const all = processesBelow(pid);
      const targets =
        victim === null ? [pid] : all.filter(({ command }) => command.includes(victim)).map((one) => one.pid);
      expect(targets.length).toBeGreaterThan(0);
      for (const target of targets) process.kill(target, 'SIGKILL');
      await ended;
      return { exitCode: child.exitCode, stderr, below: all.map((one) => one.pid) };
    }
    if (child.exitCode !== null) throw new RangeError(`ended before it could be killed: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe.skipIf(!spark)('a load in Spark', () => {
  it.each(Object.entries(victims))(
    'of which %s is killed leaves the old data, and the same command finishes it',
    (_, victim) =>
      inWorkspace(async (workspace) => {
        const { folder } = workspace;
        const config = writeConfig(folder);
        const environment = { ...spark?.environment };
        copyPayer(workspace, 'other');
        const load = (payer: string) => ['--payer', payer, '--config', config, '--payer-slug', payer];
        const run = (payer: string) => workspace.etl1(load(payer), { environment, timeoutSeconds: 240 });
        const { exitCode: begun } = await workspace.etl1([...load('aetna'), '--engine', 'embedded']);
        expect(begun).toBe(0);
        const before = await linesThere(folder);

        const { exitCode, stderr, below } = await loadAndKill(workspace, load('other'), victim);
        if (victim === victims['the executors'] && exitCode === 0) {
          // Spark has begun others in their place
          expect(stderr).not.toContain('error');
        } else {
          if (victim !== null)
            expect({ exitCode, stderr }).toMatchObject({
              exitCode: 73,
              stderr: expect.stringContaining('run the same command again'),
            });
          expect(await linesThere(folder)).toEqual(before);
        }
        await expectGone(below);

        expect((await run('other')).exitCode).toBe(0);
        const facts = (await linesThere(folder))['fact_rate'] ?? [];
        expect(facts.length).toBe(2 * (before['fact_rate']?.length ?? 0));
        expect(facts).toEqual(expect.arrayContaining(before['fact_rate'] ?? []));
        expect(workspace.list('data')).not.toHaveProperty('.staging/');
      }),
  );
});

async function linesThere(folder: string): Promise<Record<string, string[]>> {
  const outputs = await readPartitionedOutputs(join(folder, 'data'));
  return Object.fromEntries(tableNames.map((name) => [name, linesOf(name, outputs[name])]));
}
