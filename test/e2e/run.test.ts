import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tables } from '../../src/tables/tables.js';
import {
  plainProvidersColumns,
  plainRatesColumns,
  readRows,
  readTable,
  writeRows,
} from '../support/fixture.js';
import { pathOf } from '../support/load-pair.js';
import { copyPayer, inWorkspace, type Workspace } from './workspace.js';

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

/** A pair with nothing to warn of. */
async function writeCleanPair({ folder }: Workspace, payer: string): Promise<void> {
  const input = (source: string) => join(folder, `data/input/202508_${payer}_ga_${source}.parquet`);
  const common = { reporting_entity_name: 'Tidy Health', last_updated_on: '2025-08-01', version: '1.0.0' };
  const rate = {
    billing_code_type: 'CPT',
    billing_code: '99213',
    negotiated_rate: 100.5,
    provider_reference_id: 7n,
  };
  const member = { provider_group_id: 7n, npi: '2000000001', tin_type: 'ein', tin_value: '000000001' };
  await writeRows(input('rates'), [{ ...common, ...rate }], { columns: plainRatesColumns });
  await writeRows(input('providers'), [{ ...common, ...member }], { columns: plainProvidersColumns });
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
      expect(stdout).toMatch(/rejected rows, kept in .*\n( {2}rates \w+ +\d+\n){3}/);
      expect(stdout).toMatch(/rate_zero +90 {2}rates of 0\n/);
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
        .strictObject({ payers: z.tuple([summary, failure, summary]) })
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

describe('etl1 --dry-run', () => {
  it('writes nothing and prints the plan for a person', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('config/etl1.yaml', 'state: ga\nmemory_limit_mb: 1024\n');
      const before = workspace.list();
      const args = ['--payer', 'aetna', '--dry-run', '--chunk-size', '6000'];
      const { exitCode, stdout, stderr } = await workspace.etl1(args, { environment: { ETL1_THREADS: '1' } });
      expect(workspace.list()).toEqual(before);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      const expected = [
        'Plan for payer aetna, state GA, period 202508 (nothing was written)',
        'rates: 20,000 rows in 4 chunks',
        '202508_aetna_ga_rates.parquet  20,000 rows  4 row groups',
        'providers: 2,000 rows in 1 chunk\n',
        'chunks of up to 6,000 rows, 1,024 MB, 1 threads',
        'settings that differ from the defaults (configuration file: config/etl1.yaml)',
      ];
      for (const text of expected) expect(stdout).toContain(text);
      for (const { name, file } of tables) expect(stdout).toMatch(new RegExp(` ${name} +create .*${file}\n`));
      expect(stdout).toMatch(/memory_limit_mb +1024 +from file\n/);
      expect(stdout).toMatch(/chunk_size +6000 +from flag\n/);
      expect(stdout).toMatch(/threads +1 +from environment\n/);
      expect(stdout).not.toContain('log_level');
    });
  });

  it('prints the same as one JSON object, with the origin of every setting, and sees what is there', async () => {
    await inWorkspace(async (workspace) => {
      await workspace.etl1(['--payer', 'aetna']);
      const before = workspace.list();
      const args = [
        '--payer',
        'aetna',
        '--dry-run',
        '--output-format',
        'json',
        '--mode',
        'replace',
        '--quiet',
      ];
      const { stdout, stderr } = await workspace.etl1(args);
      expect(workspace.list()).toEqual(before);
      expect(stderr).toBe('');
      const plan = JSON.parse(stdout);
      expect(plan).toMatchObject({
        status: 'planned',
        inputs: { rates: { rows: 20_000, chunks: 1, files: [{ rows: 20_000, row_groups: 4 }] } },
        settings: { mode: { value: 'replace', origin: 'flag' }, state: { value: 'GA', origin: 'default' } },
      });
      expect(plan.outputs).toEqual(
        tables.map(({ name }) => ({ table: name, path: expect.stringContaining('.parquet'), exists: true })),
      );
      expect((await workspace.etl1([...args.slice(0, 3), '--mode', 'replace'])).stdout).toMatch(
        /dim_code +upsert [\s\S]*fact_rate +replace /,
      );
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
      expect(perf.map(({ step }) => step)).toEqual(['chunk', 'chunk', 'merge', 'publish']);
      expect(perf[0]).toMatchObject({ source: 'rates', rows_in: 20_000, rows_out: expect.any(Number) });
      expect(perf[0]).toMatchObject({ seconds: expect.any(Number), rows_per_second: expect.any(Number) });
      expect(perf[0]).toMatchObject({ rss_mb: expect.any(Number), heap_mb: expect.any(Number) });
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
