import { copyFileSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/pipeline/manifest.js';
import { copyPayer, inWorkspace, type Workspace } from './workspace.js';

const aetna = ['--payer', 'aetna', '--no-progress'];
const nothingToDo =
  /^Nothing to do for payer aetna, state GA, period 202508: .*`--force` loads them again\.\n$/;
const rates = 'data/input/202508_aetna_ga_rates.parquet';
const facts = 'data/gold/fact_rate.parquet';

/** Says whether a command skipped its load; anything but that or a load is a failure. */
async function skips({ etl1 }: Workspace, args: readonly string[] = aetna): Promise<boolean> {
  const { exitCode, stdout, stderr } = await etl1(args);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  if (nothingToDo.test(stdout)) return true;
  expect(stdout).toContain('ETL1 pipeline completed');
  return false;
}

/** Loads the sample in a new workspace, so that there is something to skip. */
function afterLoad(
  work: (workspace: Workspace, at: (path: string) => string) => Promise<void>,
): Promise<void> {
  return inWorkspace(async (workspace) => {
    expect(await skips(workspace)).toBe(false);
    await work(workspace, (path) => join(workspace.folder, path));
  });
}

function runsOf({ folder }: Workspace): string[] {
  return readdirSync(join(folder, 'data/runs')).sort();
}

describe('a load that was done already', () => {
  it('is not done again: says so, names the run, and changes no file but the log', async () => {
    await afterLoad(async (workspace) => {
      const before = workspace.list('data');
      const [run = ''] = runsOf(workspace).map((name) => name.replace('.json', ''));
      const { exitCode, stdout, stderr } = await workspace.etl1(['--payer', 'aetna']);
      expect(stdout).toMatch(nothingToDo);
      expect(stdout).toContain(`the inputs and settings are those of run ${run} of 20`);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      expect(workspace.list('data')).toEqual(before);
      const log = readFileSync(join(workspace.folder, 'logs/etl1_scalable.log'), 'utf8').trim().split('\n');
      expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ msg: 'nothing to do', unchanged_since: run });
    });
  });

  it('is one JSON object, by which nothing was inserted, and silence with --quiet', async () => {
    await afterLoad(async (workspace) => {
      const json = await workspace.etl1([...aetna, '--output-format', 'json']);
      expect(JSON.parse(json.stdout)).toMatchObject({
        status: 'unchanged',
        run_id: runsOf(workspace)[0]?.replace('.json', ''),
        payer: 'aetna',
        processed_rates: 20_000,
        tables: { fact_rate: { inserted: 0, kept: 10_028, total: 10_028 } },
      });
      expect(json).toMatchObject({ exitCode: 0, stderr: '' });
      const quiet = await workspace.etl1(['--payer', 'aetna', '--quiet']);
      expect(quiet).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });

  it('is done again with --force', async () => {
    await afterLoad(async (workspace) => {
      expect(await skips(workspace, [...aetna, '--force'])).toBe(false);
      expect(runsOf(workspace)).toHaveLength(2);
      expect(await skips(workspace)).toBe(true);
    });
  });

  it('is told of by a dry run, which still prints the plan and writes nothing', async () => {
    await afterLoad(async (workspace) => {
      const dryRun = [...aetna, '--dry-run'];
      const before = workspace.list();
      const { stdout } = await workspace.etl1(dryRun);
      expect(stdout).toMatch(/^Plan for payer aetna[\s\S]*\na run would have nothing to do: .*\n$/);
      const json = JSON.parse((await workspace.etl1([...dryRun, '--output-format', 'json'])).stdout);
      expect(json).toMatchObject({
        status: 'planned',
        unchanged_since: runsOf(workspace)[0]?.replace('.json', ''),
      });
      const forced = [...dryRun, '--force'];
      expect((await workspace.etl1(forced)).stdout).not.toContain('nothing to do');
      const forcedJson = JSON.parse((await workspace.etl1([...forced, '--output-format', 'json'])).stdout);
      expect(forcedJson.unchanged_since).toBeNull();
      expect(workspace.list()).toEqual(before);
    });
  });

  it('is not done again after loads of others, nor are theirs', async () => {
    await inWorkspace(async (workspace) => {
      copyPayer(workspace, 'uhc');
      expect(await skips(workspace)).toBe(false);
      expect(await skips(workspace, ['--payer', 'uhc', '--payer-slug', 'uhc', '--no-progress'])).toBe(false);
      expect(await skips(workspace)).toBe(true);
      expect(await skips(workspace, [...aetna, '--chunk-size', '5000', '--threads', '1'])).toBe(true);
    });
  });
});

interface Change {
  readonly name: string;
  readonly change?: (workspace: Workspace, at: (path: string) => string) => unknown;
  readonly args?: readonly string[];
}

const changes: readonly Change[] = [
  { name: 'an input was touched', change: (_, at) => utimesSync(at(rates), new Date(), new Date()) },
  { name: 'a setting is another', args: ['--payer-slug', 'other'] },
  { name: 'the mode is another', args: ['--mode', 'replace'] },
  { name: 'an output is gone', change: (_, at) => rmSync(at(facts)) },
  {
    name: 'an output was restored',
    change: async (workspace, at) => {
      copyFileSync(at(facts), at('backup'));
      copyPayer(workspace, 'uhc');
      await workspace.etl1(['--payer', 'uhc', '--payer-slug', 'uhc']);
      copyFileSync(at('backup'), at(facts));
    },
  },
  {
    name: 'another payer replaced facts',
    change: async (workspace) => {
      copyPayer(workspace, 'uhc');
      await workspace.etl1(['--payer', 'uhc', '--mode', 'replace']);
    },
  },
  { name: 'its manifest is gone', change: (_, at) => rmSync(at('data/runs'), { recursive: true }) },
];

describe('a load is done', () => {
  it.each(changes)('where $name', async ({ change, args = [] }) => {
    await afterLoad(async (workspace, at) => {
      await change?.(workspace, at);
      expect(await skips(workspace, [...aetna, ...args])).toBe(false);
      expect(await skips(workspace, [...aetna, ...args])).toBe(true);
    });
  });

  it('where its manifest is damaged, which the log tells and nothing else', async () => {
    await afterLoad(async (workspace, at) => {
      const [name = ''] = runsOf(workspace);
      workspace.write(`data/runs/${name}`, '{"format":1');
      expect(await skips(workspace)).toBe(false);
      const errors = readFileSync(at('logs/etl1_scalable.error.log'), 'utf8');
      expect(errors).toContain(`${name}: not the record of a run: `);
      expect(await skips(workspace)).toBe(true);
    });
  });

  it('where the run before failed: it leaves no manifest', async () => {
    await inWorkspace(async (workspace) => {
      const environment = { ETL1_MAX_REJECT_RATIO: '0' };
      expect((await workspace.etl1(aetna, { environment })).exitCode).toBe(65);
      expect(Object.keys(workspace.list('data'))).not.toContain('runs/');
      expect((await workspace.etl1(aetna, { environment })).exitCode).toBe(65);
      expect(await skips(workspace)).toBe(false);
    });
  });
});

describe('the manifest of a run', () => {
  it('says what went in, what came out, and what was told', async () => {
    await afterLoad(async (workspace, at) => {
      const { stdout } = await workspace.etl1([...aetna, '--force', '--output-format', 'json']);
      const summary = JSON.parse(stdout);
      const text = readFileSync(at(`data/runs/${summary.run_id}.json`), 'utf8');
      const manifest = manifestSchema.parse(JSON.parse(text));
      expect(manifest).toMatchObject({
        format: 1,
        run_id: summary.run_id,
        payer: 'aetna',
        state: 'GA',
        period: '202508',
        settings: { mode: 'upsert', max_reject_ratio: 0.1 },
        inputs: { rates: [{ path: at(rates), rows: 20_000 }], providers: [{ rows: 2_000 }] },
        // publishing is not over yet when a manifest is written
        summary: { ...summary, seconds: expect.any(Number), steps: { merge: summary.steps.merge } },
      });
      expect(Object.keys(manifest.settings)).not.toContain('chunk_size');
      const { fact_rate: fact } = manifest.outputs;
      expect(fact).toMatchObject({ path: at(facts), rows: 10_028, found: fact?.left });
      expect(runsOf(workspace).every((name) => /^[^.].*\.json$/.test(name))).toBe(true);
    });
  });

  it('is missed where it cannot be written, before anything is loaded', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('data/runs', '');
      const { exitCode, stderr } = await workspace.etl1(aetna);
      expect(stderr).toMatch(/data\/runs: expected a folder/);
      expect(exitCode).toBe(73);
      expect(Object.keys(workspace.list('data'))).not.toContain('gold/');
    });
  });
});
