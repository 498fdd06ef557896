import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { totalSchema } from '../../src/cli/total.js';
import { tables } from '../../src/tables/tables.js';
import { readRows, readTable } from '../support/fixture.js';
import { pathOf } from '../support/load-pair.js';
import { copyPayer, inWorkspace, type Workspace, writeCleanPair } from './workspace.js';

const outputs = ['data/dims', 'data/xrefs', 'data/gold'];

const summary = z.object({
  status: z.literal('published'),
  payer: z.string(),
  run_id: z.string(),
  processed_rates: z.number(),
  processed_providers: z.number(),
  tables: z.record(z.string(), z.object({ inserted: z.number(), total: z.number(), path: z.string() })),
});
const failure = z.object({
  status: z.literal('failed'),
  payer: z.string(),
  error: z.object({ exit_code: z.number(), step: z.string(), message: z.string(), hint: z.string() }),
});

function listOutputs(workspace: Workspace) {
  return outputs.map((folder) => workspace.list(folder));
}

describe('etl1 --payer', () => {
  it('loads the sample: summary on stdout, progress on stderr, seven outputs, rejects, and no remains', async () => {
    await inWorkspace(async (workspace) => {
      const { exitCode, stdout, stderr } = await workspace.etl1([
        '--payer',
        'aetna',
        '--chunk-size',
        '10000',
      ]);
      expect(stderr).toMatch(
        /^Processing rates chunk 1\/2 \(rows 0-10,000\)\nProcessing rates chunk 2\/2 \(rows 10,000-20,000\)\nProcessing providers chunk 1\/1 \(rows 0-2,000\)\nFinished merge in [\d.]+ seconds\nFinished publish in [\d.]+ seconds\n$/,
      );
      expect(stdout).toMatch(
        /^✅ ETL1 pipeline completed in [\d.]+ seconds\nProcessed 20,000 rates and 2,000 provider records\n\npayer aetna, state GA, period 202508, run \S+\n/,
      );
      for (const { name } of tables) expect(stdout).toMatch(new RegExp(`^ {2}${name} +[1-9]`, 'm'));
      expect(stdout).toMatch(
        /rejected rows .*, kept in .*\n( {2}rates \w+ +\d+, such as row \d+ of .*\n){3}/,
      );
      expect(stdout).toMatch(
        /rate_zero +90 {2}rates of 0, such as CPT \S+ of group \d+ at 0: fact_uid \w{32}\n/,
      );
      expect(exitCode).toBe(0);

      const facts = await readTable(pathOf(join(workspace.folder, 'data'), 'fact_rate'));
      expect(facts.rows.length).toBe(10_028);
      const [run = ''] = readdirSync(join(workspace.folder, 'data/rejects'));
      const rejects = await readRows(join(workspace.folder, 'data/rejects', run, 'rates.parquet'));
      expect(rejects.length).toBe(13);
      const files = Object.keys(workspace.list('data')).filter((name) => !name.endsWith('/'));
      const expected = tables.map(({ folder, file }) => `${folder.replace('_dir', '')}/${file}`);
      const inputs = Object.keys(workspace.list('data/input')).map((name) => `input/${name}`);
      expect(files).toEqual(
        [
          ...[...expected, ...inputs, `rejects/${run}/rates.parquet`, `runs/${run}.json`],
          // locks stay, and hold nothing
          ...['.locks/aetna_GA_202508.lock', '.locks/publish.lock'],
        ].sort(),
      );
    });
  });

  it('changes no output when it loads again, and by its full name it is the same command', async () => {
    await inWorkspace(async (workspace) => {
      expect((await workspace.etl1(['--payer', 'aetna'])).exitCode).toBe(0);
      const before = listOutputs(workspace);
      const again = await workspace.etl1(['run', '--payer', 'aetna', '--force']);
      expect(again.exitCode).toBe(0);
      expect(again.stdout).toMatch(/^ {2}fact_rate +0 +0 +10,028 +10,028 /m);
      expect(listOutputs(workspace)).toEqual(before);
    });
  });

  it('prints one JSON object and nothing else on stdout', async () => {
    await inWorkspace(async (workspace) => {
      const { exitCode, stdout, stderr } = await workspace.etl1([
        '--payer',
        'aetna',
        '--output-format',
        'json',
      ]);
      const found = summary.parse(JSON.parse(stdout));
      expect(found).toMatchObject({ payer: 'aetna', processed_rates: 20_000, processed_providers: 2_000 });
      expect(Object.keys(found.tables)).toEqual(tables.map(({ name }) => name));
      expect(stderr).toMatch(
        /✅ ETL1 pipeline completed in .* seconds\nProcessed 20,000 rates and 2,000 provider/,
      );
      expect(exitCode).toBe(0);
    });
  });

  it('goes on to the next payer when one fails, in text and as JSON, and exits with the failure', async () => {
    await inWorkspace(async (workspace) => {
      copyPayer(workspace, 'uhc');
      const payers = ['--payer', 'aetna', '--payer', 'nobody', '--payer', 'uhc', '--payer', 'uhc'];
      const text = await workspace.etl1(payers);
      expect(text.stdout.match(/✅/g)).toHaveLength(2);
      expect(text.stderr).toContain('payers found: aetna, uhc');
      expect(text.exitCode).toBe(66);

      const json = await workspace.etl1([...payers, '--output-format', 'json', '--quiet', '--force']);
      const { payers: found } = z
        .strictObject({ payers: z.tuple([summary, failure, summary]), total: totalSchema })
        .parse(JSON.parse(json.stdout));
      expect(found.map(({ payer }) => payer)).toEqual(['aetna', 'nobody', 'uhc']);
      expect(found[1].error).toMatchObject({ exit_code: 66, step: 'looking for inputs' });
      expect(json.exitCode).toBe(66);
    });
  });

  it('is silent with --quiet on a good night, and tells of warnings alone on another', async () => {
    await inWorkspace(async (workspace) => {
      await writeCleanPair(workspace, 'tidy');
      const silent = { exitCode: 0, stdout: '', stderr: '' };
      expect(await workspace.etl1(['--payer', 'tidy', '-q'])).toEqual(silent);
      expect((await readTable(pathOf(join(workspace.folder, 'data'), 'fact_rate'))).rows.length).toBe(1);

      const { stdout, stderr } = await workspace.etl1(['--payer', 'aetna', '--quiet']);
      expect(stdout).toBe('');
      expect(stderr).toContain('etl1: warning: aetna: 90 rates of 0\n');
      expect(stderr).toMatch(
        /etl1: warning: aetna: 6 rates rows rejected: code_missing, in .*data\/rejects\/\S+\n/,
      );
      expect(stderr).toMatch(/^(etl1: warning: aetna: .+\n){8}$/);
      expect(await workspace.etl1(['--payer', 'aetna', '--quiet', '--force'])).toEqual(silent);
    });
  });

  it('prints no progress with --no-progress, and the summary still', async () => {
    await inWorkspace(async (workspace) => {
      await writeCleanPair(workspace, 'tidy');
      const { stdout, stderr } = await workspace.etl1(['--payer', 'tidy', '--no-progress']);
      expect(stdout).toContain('Processed 1 rates and 1 provider records');
      expect(stderr).toBe('');
    });
  });

  it('takes files by name, a slug and a data root from flags', async () => {
    await inWorkspace(async (workspace) => {
      const file = (source: string) => `data/input/202508_aetna_ga_${source}.parquet`;
      const { exitCode, stdout } = await workspace.etl1([
        ...['--payer', 'anyone', '--payer-slug', 'some-one', '--data-root', 'elsewhere', '--state', 'tx'],
        ...['--rates-file', file('rates'), '--providers-file', file('providers'), '--output-format', 'json'],
      ]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ payer: 'anyone', state: 'TX', period: '202508' });
      const payers = await readTable(pathOf(join(workspace.folder, 'elsewhere'), 'dim_payer'));
      expect(payers.rows).toMatchObject([
        { payer_slug: 'some-one', reporting_entity_name: 'Aetna Health Plan' },
      ]);
      expect(Object.keys(workspace.list('data')).filter((name) => !name.startsWith('input/'))).toEqual([]);
    });
  });
});

describe('the files of a run', () => {
  it('are those of the newest month that has both, and of the month of a file that is named', async () => {
    await inWorkspace(async (workspace) => {
      await writeCleanPair(workspace, 'tidy');
      const file = (name: string) => join(workspace.folder, 'data/input', name);
      copyFileSync(file('202508_tidy_ga_rates.parquet'), file('202507_tidy_ga_rates.parquet'));
      copyFileSync(file('202508_tidy_ga_providers.parquet'), file('202507_tidy_ga_providers.parquet'));
      copyFileSync(file('202508_tidy_ga_rates.parquet'), file('202509_tidy_ga_rates.parquet'));
      const filesOf = async (...args: string[]) => {
        const { stdout } = await workspace.etl1([
          ...['--payer', 'tidy', '--dry-run', '--output-format', 'json'],
          ...args,
        ]);
        const { inputs, period } = JSON.parse(stdout);
        const files = [...inputs.rates.files, ...inputs.providers.files];
        return [period, ...files.map(({ path }: { path: string }) => basename(path).split('_', 1)[0])];
      };
      expect(await filesOf()).toEqual(['202508', '202508', '202508']);
      expect(await filesOf('--period', '202507')).toEqual(['202507', '202507', '202507']);
      const named = file('202507_tidy_ga_rates.parquet');
      expect(await filesOf('--rates-file', named)).toEqual(['202507', '202507', '202507']);
      copyFileSync(named, file('mine.parquet'));
      expect(await filesOf('--rates-file', file('mine.parquet'))).toEqual([
        '202508',
        'mine.parquet',
        '202508',
      ]);
    });
  });
});

describe('log files', () => {
  const line = z.looseObject({
    level: z.string(),
    time: z.iso.datetime(),
    run_id: z.string(),
    payer: z.string(),
  });

  it('are three files of JSON lines that carry the run id', async () => {
    await inWorkspace(async (workspace) => {
      const { stdout } = await workspace.etl1(['--payer', 'aetna', '-v', '--output-format', 'json']);
      const { run_id: runId } = summary.parse(JSON.parse(stdout));
      const read = (name: string) =>
        readFileSync(join(workspace.folder, 'logs', name), 'utf8')
          .trim()
          .split('\n')
          .map((text) => line.parse(JSON.parse(text)));
      const all = read('etl1_scalable.log');
      const errors = read('etl1_scalable.error.log');
      const perf = read('etl1_scalable.perf.log');
      expect(Object.keys(workspace.list('logs')).length).toBe(3);
      for (const { run_id, payer } of [...all, ...errors, ...perf])
        expect([run_id, payer]).toEqual([runId, 'aetna']);
      expect(new Set(all.map(({ level }) => level))).toEqual(new Set(['DEBUG', 'INFO', 'WARNING']));
      expect(errors).toEqual(all.filter(({ level }) => level === 'WARNING'));
      expect(all.at(-1)).toMatchObject({ msg: 'run finished', processed_rates: 20_000 });
      expect(perf.map(({ step }) => step)).toEqual([
        'chunk',
        'rates',
        'chunk',
        'providers',
        'merge',
        'publish',
      ]);
      expect(perf[0]).toMatchObject({ source: 'rates', rows_in: 20_000, rows_out: expect.any(Number) });
      expect(perf[1]).toMatchObject({ rows_in: 20_000 });
      const number = expect.any(Number);
      const measured = { rows_in: number, rows_out: number, seconds: number, rows_per_second: number };
      for (const each of perf) expect(each).toMatchObject({ ...measured, rss_mb: number, heap_mb: number });
    });
  });

  it('are set aside when they are full, and hold no line of another run then', async () => {
    await inWorkspace(async (workspace) => {
      await writeCleanPair(workspace, 'tidy');
      const old = 'x'.repeat(2 ** 20);
      workspace.write('logs/etl1_scalable.log', `${old}\n`);
      await workspace.etl1(['--payer', 'tidy', '--no-progress'], { environment: { ETL1_LOG_MAX_MB: '1' } });
      const names = Object.keys(workspace.list('logs'));
      const [aside = '', ...current] = names;
      expect(aside).toMatch(/^etl1_scalable\.\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6}\.log$/);
      expect(current).toEqual(['etl1_scalable.error.log', 'etl1_scalable.log', 'etl1_scalable.perf.log']);
      expect(readFileSync(join(workspace.folder, 'logs', aside), 'utf8')).toBe(`${old}\n`);
      const lines = readFileSync(join(workspace.folder, 'logs/etl1_scalable.log'), 'utf8').trim().split('\n');
      expect(lines.map((text) => line.parse(JSON.parse(text))).at(-1)).toMatchObject({ msg: 'run finished' });
    });
  });

  it('go where log_file says, hold what log_level lets through, and grow with each run', async () => {
    await inWorkspace(async (workspace) => {
      await writeCleanPair(workspace, 'tidy');
      const environment = { ETL1_LOG_FILE: 'deep/er/my.log' };
      const count = () =>
        readFileSync(join(workspace.folder, 'deep/er/my.log'), 'utf8').split('\n').filter(Boolean).length;
      await workspace.etl1(['--payer', 'tidy'], { environment });
      expect(count()).toBe(2);
      await workspace.etl1(['--payer', 'tidy', '--log-level', 'error', '--force'], { environment });
      expect(count()).toBe(2);
      await workspace.etl1(['--payer', 'tidy', '--force'], { environment });
      expect(count()).toBe(4);
      expect(Object.keys(workspace.list('deep/er'))).toEqual(['my.error.log', 'my.log', 'my.perf.log']);
    });
  });
});
