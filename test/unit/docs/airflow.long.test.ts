import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Lock, makeHolder } from '../../../src/pipeline/lock.js';
import { writeCleanPair } from '../../e2e/workspace.js';
import { airflow } from '../../support/airflow.js';
import { readOutputs } from '../../support/load-pair.js';
import { runInShell } from './examples.js';
import { blocksOf, readPage } from './markdown.js';
import { onServer } from './server.js';

const graph = blocksOf(readPage('docs/running.md')).find(({ code }) => code.includes('airflow'))?.code ?? '';
const tasksSchema = z.array(z.looseObject({ task_id: z.string(), state: z.string() }));

interface Airflow {
  readonly dataRoot: string;
  /** What one of its commands prints, also about itself. */
  run(args: string): Promise<string>;
  /** What a command that answers in JSON says. */
  ask(args: string): Promise<unknown>;
}

/** Runs work with an Airflow of its own that has the graph of the page, a machine with the sample, and a pair of the other payer. */
function withAirflow<T>(work: (own: Airflow) => Promise<T>): Promise<T> {
  return onServer(async ({ at, placed, path }) => {
    for (const folder of ['/dags', '/airflow']) mkdirSync(at(folder));
    writeFileSync(at('/dags/etl1.py'), placed(graph));
    await writeCleanPair({ folder: at('/srv/tic') }, 'uhc');
    const environment = {
      AIRFLOW_HOME: at('/airflow'),
      AIRFLOW__CORE__DAGS_FOLDER: at('/dags'),
      AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    };
    const run = (args: string) =>
      runInShell(`'${airflow}' -m airflow ${args}`, { cwd: at('/'), path, environment });
    const ask = async (args: string): Promise<unknown> => {
      // what it logs comes before
      const lines = (await run(`${args} -o json || true`)).trim().split('\n');
      return JSON.parse(lines.at(-1) ?? '');
    };
    await run('db migrate');
    return work({ dataRoot: at('/srv/tic/data'), run, ask });
  });
}

/** Runs the graph once, as its scheduler would for a day, and tells how its tasks ended. */
async function runGraph({ run, ask }: Airflow, day: string): Promise<Record<string, string>> {
  expect(await run(`dags test etl1 ${day}`)).not.toMatch(/deprecated.*etl1\.py/);
  const tasks = tasksSchema.parse(await ask(`tasks states-for-dag-run etl1 ${day}`));
  return Object.fromEntries(tasks.map(({ task_id: task, state }) => [task, state]));
}

/** The facts of each payer in the outputs. */
async function countFacts({ dataRoot }: Airflow): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { payer_slug: payer } of (await readOutputs(dataRoot)).fact_rate)
    counts[String(payer)] = (counts[String(payer)] ?? 0) + 1;
  return counts;
}

describe.skipIf(airflow === null)('the graph of docs/running.md', () => {
  it('is read without an error, and loads every payer', () =>
    withAirflow(async (own) => {
      expect(await own.ask('dags list-import-errors -l')).toEqual([]);
      expect(await runGraph(own, '2025-08-05')).toEqual({ load_aetna: 'success', load_uhc: 'success' });
      expect(await countFacts(own)).toEqual({ 'aetna-health-plan': 10_028, uhc: 1 });
    }));

  it('leaves out a payer that another run loads, and loads the others', () =>
    withAirflow(async (own) => {
      const path = join(own.dataRoot, '.locks/aetna_GA_202508.lock');
      await using lock = await Lock.tryTake(path, makeHolder('other', 'aetna', new Date()));
      expect(lock).not.toBeNull();
      expect(await runGraph(own, '2025-08-05')).toEqual({ load_aetna: 'skipped', load_uhc: 'success' });
      expect(await countFacts(own)).toEqual({ uhc: 1 });
    }));
});
