import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { totalSchema } from '../../src/cli/total.js';
import { contentOf } from '../faults/support/outputs.js';
import { inWorkspace, type Workspace, writeCleanPair } from './workspace.js';

const result = z.looseObject({ status: z.string(), payer: z.string(), period: z.string().optional() });
const results = z.strictObject({ payers: z.array(result), total: z.unknown().optional() });

/** What each payer came to: name, status and period. */
function told(stdout: string) {
  return results.parse(JSON.parse(stdout)).payers.map(({ payer, status, period }) => [payer, status, period]);
}

/** Works with three payers, one of which has another newest month. */
function withPayers<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
  return inWorkspace(
    async (workspace) => {
      workspace.write('data/input/.keep', '');
      for (const payer of ['cigna', 'bright', 'aetna']) await writeCleanPair(workspace, payer);
      await writeCleanPair(workspace, 'cigna', '202509');
      return work(workspace);
    },
    { sample: false },
  );
}

const json = ['--output-format', 'json', '--no-progress'];

describe('several payers', () => {
  it('are told one by one and in total, where people or programs want to know', () =>
    withPayers(async ({ etl1 }) => {
      const payers = ['--payer', 'cigna', '--payer', 'nobody', '--payer', 'aetna'];
      await etl1(['--payer', 'aetna', '--quiet']);
      const text = await etl1([...payers, '--no-progress']);
      expect(text.stdout).toMatch(
        /^✅ (?:.*\n)+Nothing to do for payer aetna.*\n\n3 payers: 1 loaded, 1 with nothing to do, 1 failed\n {2}payer .*\n {2}cigna +loaded +1 +2 .*\n {2}nobody +failed +0 +0 .*\n {2}aetna +nothing to do +0 +0 .*\n {2}total +1 +2 +[\d.]+\n$/,
      );
      expect(text.exitCode).toBe(66);
      const { stdout } = await etl1([...payers, '--force', ...json]);
      const { total, payers: found } = results.parse(JSON.parse(stdout));
      expect(found.length).toBe(3);
      expect(totalSchema.strict().parse(total)).toMatchObject({
        ...{ payers: 3, loaded: 2, partial: 0, unchanged: 0, failed: 1, not_begun: 0 },
        ...{ processed_rates: 2, processed_providers: 2, facts_inserted: 0 },
      });
      const plans = await etl1(['--payer', 'cigna', '--payer', 'aetna', '--dry-run']);
      expect(plans.stdout).not.toContain('2 payers');
    }));
});

describe('etl1 --all', () => {
  it('loads every payer that has rates, sorted, each the newest month or only those of a month that is named', () =>
    withPayers(async ({ etl1 }) => {
      const dry = await etl1(['--all', '--period', '202509', '--dry-run', ...json]);
      expect([told(dry.stdout), dry.exitCode]).toEqual([[['cigna', 'planned', '202509']], 0]);
      const { stdout, stderr, exitCode } = await etl1(['--all', ...json]);
      expect(told(stdout)).toEqual([
        ['aetna', 'published', '202508'],
        ['bright', 'published', '202508'],
        ['cigna', 'published', '202509'],
      ]);
      expect([stderr, exitCode]).toEqual(['', 0]);
      expect(await etl1(['--all', '--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    }));

  it('says where there is none what was looked for, also as JSON', () =>
    withPayers(async ({ etl1 }) => {
      const nobody = ['--all', '--state', 'tx', '--no-progress'];
      const { stdout, stderr, exitCode } = await etl1([...nobody, '--output-format', 'json']);
      expect(stderr).toMatch(
        /^etl1: looking for inputs: no payer has rates of state TX, period latest: expected \S+data\/input\/\{period\}_\{payer\}_tx_rates\.parquet; the rates files there are of state GA\n {2}try: .*`--state`.*\n$/,
      );
      expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', error: { exit_code: 66 } });
      expect(exitCode).toBe(66);
    }));
});

describe('etl1 --jobs', () => {
  it('loads side by side what payers one after the other come to', () =>
    withPayers(async (workspace) => {
      for (const payer of ['aetna', 'bright']) await writeCleanPair(workspace, payer, '202507');
      const contentsOf = async (root: string, jobs: string) => {
        cpSync(join(workspace.folder, 'data/input'), join(workspace.folder, root, 'input'), {
          recursive: true,
        });
        const { exitCode, stdout } = await workspace.etl1([
          '--all',
          '--data-root',
          root,
          '--jobs',
          jobs,
          ...json,
        ]);
        expect([exitCode, told(stdout).map(([payer]) => payer)]).toEqual([0, ['aetna', 'bright', 'cigna']]);
        return contentOf(join(workspace.folder, root));
      };
      const alone = await contentsOf('alone', '1');
      expect(alone.fact_rate).toHaveLength(3);
      expect(await contentsOf('two', '2')).toEqual(alone);
      expect(await contentsOf('three', '3')).toEqual(alone);
    }));

  it('goes on where one fails, and tells in the order in which they were asked for', () =>
    withPayers(async (workspace) => {
      const payers = ['cigna', 'nobody', 'aetna'].flatMap((payer) => ['--payer', payer]);
      const { stdout, stderr, exitCode } = await workspace.etl1([...payers, '--jobs', '2']);
      expect(exitCode).toBe(66);
      expect(stdout).toMatch(
        /^✅ (?:.*\n)+payer cigna, (?:.*\n)+✅ (?:.*\n)+payer aetna, (?:.*\n)+\n3 payers: 2 loaded, 1 failed\n.*\n {2}cigna .*\n {2}nobody .*\n {2}aetna .*\n {2}total .*\n$/,
      );
      const lines = stderr.trimEnd().split('\n');
      expect(lines.filter((line) => !/^(?:cigna|nobody|aetna): \S|^nobody: {3}try: /.test(line))).toEqual([]);
      expect(lines).toContain('cigna: Processing rates chunk 1/1 (rows 0-1)');
      expect(stderr).toMatch(/^nobody: etl1: looking for inputs: no rates file for payer nobody/m);
      expect(stderr).toMatch(/^aetna: ✅ ETL1 pipeline completed/m);

      const again = await workspace.etl1([...payers, '--jobs', '3', ...json]);
      expect(told(again.stdout).map(([payer, status]) => [payer, status])).toEqual([
        ['cigna', 'unchanged'],
        ['nobody', 'failed'],
        ['aetna', 'unchanged'],
      ]);
      const { total } = results.parse(JSON.parse(again.stdout));
      expect(total).toMatchObject({ payers: 3, unchanged: 2, failed: 1, processed_rates: 0 });
      const text = await workspace.etl1([...payers, '--jobs', '2']);
      expect(text.stdout).toMatch(
        /^Nothing to do for payer cigna.*\nNothing to do for payer aetna.*\n\n3 payers: /,
      );
      expect(await workspace.etl1(['--all', '--jobs', '3', '--quiet'])).toEqual({
        ...{ exitCode: 0, stdout: '', stderr: '' },
      });
    }));

  it('divides memory and threads by the payers that are loaded at a time, and refuses too little', () =>
    withPayers(async ({ etl1 }) => {
      const limits = ['--memory-limit', '600', '--threads', '4'];
      const planned = z.looseObject({ memory: z.looseObject({ limit_mb: z.number() }), threads: z.number() });
      const plans = z.object({ payers: z.array(planned) });
      const shares = async (...args: string[]) => {
        const { stdout } = await etl1(['--all', '--dry-run', ...json, ...limits, ...args]);
        return plans
          .parse(JSON.parse(stdout))
          .payers.map(({ memory, threads }) => [memory.limit_mb, threads]);
      };
      expect(await shares('--jobs', '2')).toEqual([
        [300, 2],
        [300, 2],
        [300, 2],
      ]);
      expect(await shares('--period', '202509', '--jobs', '9')).toEqual([[600, 4]]);
      const { stdout, stderr, exitCode } = await etl1(['--all', ...json, ...limits, '--jobs', '3']);
      expect(stderr).toMatch(
        /--jobs: 3 runs at a time have 200 MB each of 600 MB; .*\n {2}try: at most `--jobs 2`/,
      );
      expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', error: { exit_code: 78 } });
      expect(exitCode).toBe(78);
    }));

  it('passes lines of JSON on as they are, with the configuration and the environment', () =>
    withPayers(async (workspace) => {
      workspace.write('mine.yaml', 'log_format: json\nthreads: 2\n');
      const environment = { ETL1_STATE: 'ga', ETL1_LOG_FILE: 'here/x.log' };
      const args = ['--all', '--jobs', '2', '-c', 'mine.yaml', '--output-format', 'json'];
      const { stderr, exitCode } = await workspace.etl1(args, { environment });
      expect(exitCode).toBe(0);
      const line = z.looseObject({ level: z.string(), payer: z.string(), run_id: z.string() });
      const lines = stderr
        .trimEnd()
        .split('\n')
        .map((text) => line.parse(JSON.parse(text)));
      expect(new Set(lines.map(({ payer }) => payer))).toEqual(new Set(['aetna', 'bright', 'cigna']));
      const log = readFileSync(join(workspace.folder, 'here/x.log'), 'utf8').trimEnd().split('\n');
      const finished = log
        .map((text) => line.parse(JSON.parse(text)))
        .filter(({ msg }) => msg === 'run finished');
      expect(finished.map(({ payer }) => payer).toSorted()).toEqual(['aetna', 'bright', 'cigna']);
    }));
});
