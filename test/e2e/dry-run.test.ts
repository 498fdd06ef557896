import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tables } from '../../src/tables/tables.js';
import { inWorkspace, type Workspace } from './workspace.js';

const payer = ['--payer', 'aetna'];
const dryRun = [...payer, '--dry-run'];
const asJson = [...dryRun, '--output-format', 'json'];

/** A dry run, which must leave every file as it is, with its time. */
async function lookAt(workspace: Workspace, args: readonly string[], environment = {}) {
  const before = workspace.list();
  const result = await workspace.etl1(args, { environment });
  expect(workspace.list()).toEqual(before);
  return result;
}

/** Holds a lock in a process of its own, as a run does that goes on. */
async function holdLock({ folder, write }: Workspace, holder: string) {
  write('data/.locks/aetna_GA_202508.lock', holder);
  const library = new URL('../../node_modules/fs-native-extensions/index.js', import.meta.url);
  const script = `import { openSync } from 'node:fs';
    import extensions from ${JSON.stringify(library.href)};
    console.log(extensions.tryLock(openSync('data/.locks/aetna_GA_202508.lock', 'a+')));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder });
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
}

const holder = JSON.stringify({
  run_id: '20250801T000000Z-abcdef',
  payer: 'aetna',
  pid: 7,
  host: 'elsewhere',
  since: '2025-08-01T00:00:00.000Z',
});

describe('etl1 --dry-run', () => {
  it('writes nothing and prints the plan for a person', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('config/etl1.yaml', 'state: ga\nmemory_limit_mb: 1024\n');
      const args = [...dryRun, '--chunk-size', '6000'];
      const { exitCode, stdout, stderr } = await lookAt(workspace, args, { ETL1_THREADS: '1' });
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      const expected = [
        'Plan for payer aetna, state GA, period 202508 (nothing was written)',
        'rates: 20,000 rows in 4 chunks',
        '202508_aetna_ga_rates.parquet  20,000 rows  4 row groups  153.8 KB  meets the contract\n',
        'layout: service_codes list, provider_reference_id integer, negotiated_rate float, last_updated_on text\n',
        'providers: 2,000 rows in 1 chunk\n',
        'layout: provider_group_id integer, npi text, last_updated_on text\n',
        'chunks of up to 6,000 rows, 1,024 MB, 1 threads\n',
        'settings (configuration file: config/etl1.yaml)\n',
        'a run would load all rows\n',
      ];
      for (const text of expected) expect(stdout).toContain(text);
      for (const { name, file } of tables)
        expect(stdout).toMatch(new RegExp(` ${name} +create +- +- +.*${file}\n`));
      expect(stdout).toMatch(/memory: at most about \d+ MB; disk: up to 432\.2 KB while it runs, .+ free\n/);
      expect(stdout).toMatch(/ slice +\S+data\/\.locks\/aetna_GA_202508\.lock +free\n/);
      expect(stdout).toMatch(/ publish +\S+data\/\.locks\/publish\.lock +free\n/);
      expect(stdout).toMatch(/^ {2}memory_limit_mb +1024 +from file$/m);
      expect(stdout).toMatch(/^ {2}chunk_size +6000 +from flag$/m);
      expect(stdout).toMatch(/^ {2}threads +1 +from environment$/m);
      expect(stdout).toContain('  as by default, from file: state "GA"\n  by default: period "latest", ');
      expect((await lookAt(workspace, [...dryRun, '--verbose'])).stdout).toMatch(
        /^ {2}period +"latest" +from default$/m,
      );
    });
  });

  it('prints the same as one JSON object, and sees what is there', async () => {
    await inWorkspace(async (workspace) => {
      await workspace.etl1(payer);
      const { stdout, stderr } = await lookAt(workspace, [...asJson, '--mode', 'replace', '--quiet']);
      expect(stderr).toBe('');
      const plan = JSON.parse(stdout);
      const free = { held: null, path: expect.stringContaining('/data/.locks/') };
      expect(plan).toMatchObject({
        status: 'planned',
        exit_code: 0,
        error: null,
        action: 'load',
        inputs: {
          rates: {
            rows: 20_000,
            chunks: 1,
            files: [
              { rows: 20_000, row_groups: 4, contract: 'met', layout: expect.stringContaining('list') },
            ],
          },
        },
        locks: [
          { name: 'slice', ...free },
          { name: 'publish', ...free },
        ],
        memory: { limit_mb: 8192, database_mb: expect.any(Number), estimate_mb: expect.any(Number) },
        disk: { needed_bytes: expect.any(Number), free_bytes: expect.any(Number) },
        settings: { mode: { value: 'replace', origin: 'flag' }, state: { value: 'GA', origin: 'default' } },
      });
      expect(plan.outputs).toEqual(
        tables.map(({ name }) => ({
          table: name,
          path: expect.stringContaining('.parquet'),
          exists: true,
          action: name === 'fact_rate' ? 'replace' : 'upsert',
          rows: expect.any(Number),
          bytes: expect.any(Number),
        })),
      );
      expect(plan.outputs.at(-1).rows).toBe(10_028);
      const text = (await lookAt(workspace, [...dryRun, '--force'])).stdout;
      expect(text).toMatch(/ fact_rate +upsert +10,028 rows +[\d.]+ KB /);
    });
  });

  it('ends as a run would whose slice is locked, says by whom, and takes no lock of the dead for one', async () => {
    await inWorkspace(async (workspace) => {
      const release = await holdLock(workspace, holder);
      const held = await lookAt(workspace, dryRun);
      expect(held.exitCode).toBe(75);
      const told =
        'payer aetna, state GA, period 202508 is being loaded already: by run 20250801T000000Z-abcdef';
      expect(held.stderr).toContain(`etl1: locking: ${told}`);
      expect(held.stdout).toContain(`a run would end now with exit code 75: ${told}`);
      expect(held.stdout).toMatch(
        / slice +\S+ +held by run 20250801T000000Z-abcdef of payer aetna, process 7 on elsewhere/,
      );
      expect(JSON.parse((await lookAt(workspace, asJson)).stdout)).toMatchObject({
        exit_code: 75,
        error: { exit_code: 75, message: expect.stringContaining(told) },
        locks: [{ held: expect.stringContaining('process 7 on elsewhere') }, { held: null }],
      });
      await release();
      expect((await lookAt(workspace, dryRun)).exitCode).toBe(0);
    });
  });

  it('says what an interrupted run has staged, and why that is of no use', async () => {
    await inWorkspace(async (workspace) => {
      const args = ['--chunk-size', '4000'];
      const at = (path: string) => join(workspace.folder, path);
      // too many rejects are found when all is staged
      const failed = await workspace.etl1([...payer, ...args], {
        environment: { ETL1_MAX_REJECT_RATIO: '0' },
      });
      expect(failed.exitCode).toBe(65);
      const resumed = await lookAt(workspace, [...dryRun, ...args]);
      expect(resumed.stdout).toContain(
        'a run would resume: 5 of 5 rates chunks and 1 of 1 providers chunk are staged\n',
      );
      expect(JSON.parse((await lookAt(workspace, [...asJson, ...args])).stdout)).toMatchObject({
        action: 'resume',
        staged_chunks: { rates: 5, providers: 1 },
      });
      const startOver = 'a run would start over: what an interrupted run staged is of no use: ';
      expect((await lookAt(workspace, dryRun)).stdout).toContain(`${startOver}a setting has changed since\n`);
      const asked = await lookAt(workspace, [...dryRun, ...args, '--no-resume']);
      expect(asked.stdout).toContain(`${startOver}\`--no-resume\` asks for it\n`);
      const note = at('data/.staging/aetna_GA_202508/rates/000001/note.json');
      writeFileSync(note, readFileSync(note, 'utf8').slice(1));
      expect((await lookAt(workspace, [...dryRun, ...args])).stdout).toContain(
        `${startOver}rates/000001 is damaged\n`,
      );
    });
  });

  it('says that an interrupted run was publishing, and takes what it did not come to for no fault', async () => {
    await inWorkspace(async (workspace) => {
      await workspace.etl1(payer);
      const at = (path: string) => join(workspace.folder, 'data', path);
      cpSync(at('dims/dim_code.parquet'), at('dims/.dim_code.parquet.x'));
      const files = [{ waiting: 'dims/.dim_code.parquet.x', path: 'dims/dim_code.parquet' }];
      workspace.write('data/.publishing.json', JSON.stringify({ files }));
      workspace.write('data/dims/dim_payer.parquet', readFileSync(at('dims/dim_payer.parquet')));
      const { exitCode, stdout } = await lookAt(workspace, [...dryRun, '--force']);
      expect(stdout).toContain(
        'a run would first put in place 1 file that an interrupted run was publishing',
      );
      expect(exitCode).toBe(0);
      workspace.write('data/.publishing.json', '{}');
      expect((await lookAt(workspace, dryRun)).exitCode).toBe(65);
    });
  });

  it('ends as a run would that has too little space, or whose locks have no place', async () => {
    await inWorkspace(async (workspace) => {
      const fullDisk = `data:text/javascript,${encodeURIComponent(
        `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module';
         fs.statfs = async () => ({ bavail: 1, bsize: 4096 }); syncBuiltinESMExports();`,
      )}`;
      const before = workspace.list();
      const full = await workspace.etl1(dryRun, { imports: [fullDisk] });
      expect(full.exitCode).toBe(73);
      expect(full.stdout).toContain('a run would end now with exit code 73: ');
      expect(full.stderr).toMatch(
        /^etl1: checking the disk: .*: no space for this load: the disk has 0\.0 MB left/,
      );
      expect(workspace.list()).toEqual(before);
      workspace.write('data/.locks', '');
      expect((await lookAt(workspace, dryRun)).exitCode).toBe(73);
      expect((await workspace.etl1(payer)).exitCode).toBe(73);
    });
  });
});
