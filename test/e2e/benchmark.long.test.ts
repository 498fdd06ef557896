import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inWorkspace, type Workspace } from './workspace.js';

const pair = {
  rates: 'data/input/202508_aetna_ga_rates.parquet',
  providers: 'data/input/202508_aetna_ga_providers.parquet',
};
const files = ['--rates', pair.rates, '--providers', pair.providers];

const resultSchema = z.object({
  status: z.literal('measured'),
  rows: z.number(),
  turns: z.number(),
  recommended_chunk_size: z.number(),
  results: z.array(
    z.object({
      chunk_size: z.number(),
      seconds: z.number().positive(),
      rows_per_second: z.number().positive(),
      peak_rss_mb: z.number().positive(),
      steps: z.object({
        rates: z.number().positive(),
        providers: z.number().positive(),
        merge: z.number().positive(),
        publish: z.number().positive(),
      }),
    }),
  ),
});

/** An empty folder for temporary files, which the benchmark must leave as it was. */
function temporaryFolder({ folder }: Workspace): string {
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  return temporary;
}

describe('etl1 benchmark', () => {
  it('measures generated data and recommends a chunk size, leaving nothing behind', async () => {
    await inWorkspace(
      async (workspace) => {
        const environment = { TMPDIR: temporaryFolder(workspace) };
        const sizes = ['--rows', '400', '--chunk-sizes', '100,400'];
        const { exitCode, stdout, stderr } = await workspace.etl1(['benchmark', ...sizes], { environment });
        expect(stdout).toMatch(/^400 generated rates, memory limit 8,192 MB, 1 turn; /);
        expect(stdout).toMatch(/^ {2}100 +\d/m);
        expect(stdout).toMatch(/^ {2}400 +\d/m);
        expect(stdout).toMatch(/\nchunk_size: (100|400)\n$/);
        expect(stderr).toMatch(
          /^Generating 400 rates\nRun 1\/2: chunk_size 100: .*\nRun 2\/2: chunk_size 400: .*\n$/,
        );
        expect(exitCode).toBe(0);
        expect(workspace.list()).toEqual({ 'temporary/': '' });
      },
      { sample: false },
    );
  });

  it('measures a pair of files as JSON, under the settings in force, and touches no output', async () => {
    await inWorkspace(async (workspace) => {
      const environment = { TMPDIR: temporaryFolder(workspace), ETL1_GOLD_DIR: 'elsewhere' };
      workspace.write('config/etl1.yaml', 'data_root: mine\nlog_file: mine.log\n');
      const before = workspace.list();
      const how = ['--chunk-sizes', '5000', '--turns', '2', '--output-format', 'json', '--no-progress'];
      const limits = ['--memory-limit', '2000', '--threads', '1'];
      const { stdout, stderr } = await workspace.etl1(['benchmark', ...files, ...how, ...limits], {
        environment,
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ memory_limit_mb: 2_000, threads: 1, input: pair });
      const { results, ...rest } = resultSchema.parse(JSON.parse(stdout));
      expect(rest).toEqual({ status: 'measured', rows: 20_000, turns: 2, recommended_chunk_size: 5_000 });
      expect(results.map(({ chunk_size }) => chunk_size)).toEqual([5_000]);
      expect(workspace.list()).toEqual(before);
    });
  });

  it('fails as a run of it fails, and leaves nothing behind', async () => {
    await inWorkspace(async (workspace) => {
      const environment = { TMPDIR: temporaryFolder(workspace) };
      workspace.write('broken.parquet', 'not parquet');
      const broken = ['--rates', 'broken.parquet', '--providers', pair.providers];
      const { exitCode, stdout, stderr } = await workspace.etl1(
        ['benchmark', ...broken, '--output-format', 'json'],
        { environment },
      );
      expect(stderr).toMatch(/^etl1: .*broken\.parquet: it cannot be read as parquet.*\n {2}try: .*\n$/);
      expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', error: { exit_code: 66 } });
      expect(exitCode).toBe(66);
      expect(readdirSync(environment.TMPDIR)).toEqual([]);
    });
  });

  it.each([
    [['--rates', 'x.parquet'], /--rates needs the other file of its pair/],
    [['--providers', 'x.parquet'], /--providers needs the other file of its pair/],
    [['--rows', '10', '--rates', 'x.parquet'], /option '--rows <n>' cannot be used with option '--rates/],
    [['--chunk-sizes', '10,x'], /--chunk-sizes: expected a whole number from 1; found "10,x"/],
    [['--memory-limit', '1'], /--memory-limit: expected a whole number from 256/],
  ])('refuses %j', async (args, message) => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1(['benchmark', ...args]);
      expect(stderr).toMatch(message);
      expect(exitCode).toBe(64);
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s and leaves nothing behind', async (signal, exitCode) => {
    await inWorkspace(async (workspace) => {
      const temporary = temporaryFolder(workspace);
      const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));
      const child = spawn(process.execPath, [bin, 'benchmark', '--chunk-sizes', '100'], {
        cwd: workspace.folder,
        env: { PATH: process.env['PATH'] ?? '', TMPDIR: temporary },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      // it says so before it begins to generate a million rates
      await once(child.stderr, 'data');
      expect(readdirSync(temporary)).toHaveLength(1);
      child.kill(signal);
      await once(child, 'close');
      expect(child.exitCode).toBe(exitCode);
      expect(readdirSync(temporary)).toEqual([]);
    });
  });
});
