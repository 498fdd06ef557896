import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/pipeline/manifest.js';
import { inWorkspace } from './workspace.js';

describe('etl1 runs', () => {
  it('says so where nothing has run, and lists what has, the newest first', async () => {
    await inWorkspace(async ({ etl1, folder }) => {
      expect(await etl1(['runs'])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^No run has published into .*data\.\n$/),
      });
      for (const flags of [[], ['--force']]) await etl1(['--payer', 'aetna', '--no-progress', ...flags]);
      const { stdout } = await etl1(['runs']);
      const [header, ...rows] = stdout.trim().split('\n');
      expect(header).toMatch(/^run +payer +state +period +rates +new facts +rejected +left out +seconds$/);
      expect(rows.map((row) => row.split(/ {2,}/).slice(1, 8))).toEqual([
        ['aetna', 'GA', '202508', '20,000', '0', '13', '0'],
        ['aetna', 'GA', '202508', '20,000', '10,028', '13', '0'],
      ]);
      const names = readdirSync(join(folder, 'data/runs')).map((name) => name.replace('.json', ''));
      expect(rows.map((row) => row.split(' ')[0]).sort()).toEqual(names.sort());
    });
  });

  it('shows one: inputs with digests, tables, rejects, settings that were given, versions', async () => {
    await inWorkspace(async ({ etl1, folder }) => {
      await etl1(['--payer', 'aetna', '--chunk-size', '7000', '--no-progress']);
      const [file = ''] = readdirSync(join(folder, 'data/runs'));
      const run = file.replace('.json', '');
      const { stdout } = await etl1(['runs', run]);
      expect(stdout).toMatch(new RegExp(`^run ${run}: payer aetna, state GA, period 202508\npublished 20`));
      expect(stdout).toMatch(/202508_aetna_ga_rates\.parquet {2}20,000 rows .* footer sha256 [0-9a-f]{64}\n/);
      expect(stdout).toMatch(/^ {2}fact_rate +10,028 +0 +0 +10,028 /m);
      expect(stdout).toMatch(/^ {2}chunk_size +7000 +from flag$/m);
      expect(stdout).toMatch(/made by etl1 \S+, node \S+, polars \S+, duckdb \S+\n$/);
      const json = await etl1(['runs', run, '--output-format', 'json']);
      expect(manifestSchema.parse(JSON.parse(json.stdout))).toMatchObject({
        run_id: run,
        resolved_settings: { chunk_size: { value: 7000, origin: 'flag' } },
        outputs: { fact_rate: { rows: 10_028 } },
      });
      const all = await etl1(['runs', '--output-format', 'json']);
      expect(JSON.parse(all.stdout)).toMatchObject({ runs: [{ run_id: run }] });
    });
  });

  it('knows no other run', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1(['runs', '../../etc/passwd']);
      expect(stderr).toMatch(/no run "\.\.\/\.\.\/etc\/passwd" in .*data\n {2}try: `etl1 runs` lists/);
      expect(exitCode).toBe(64);
      const json = await etl1(['runs', 'none', '--output-format', 'json', '--log-format', 'json']);
      expect(JSON.parse(json.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 64 } });
      expect(JSON.parse(json.stderr)).toMatchObject({ level: 'ERROR' });
    });
  });
});
