import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { settingNames } from '../../src/config/settings.js';
import { inWorkspace } from './workspace.js';

describe('etl1 sample', () => {
  it('writes a pair that etl1 --payer then loads', async () => {
    await inWorkspace(
      async (workspace) => {
        const written = await workspace.etl1(['sample', '--rates', '500', '--providers', '100']);
        expect(written.stdout).toMatch(
          /^data\/input\/202508_aetna_ga_rates.parquet: 500 rows, .*\ndata\/input\/202508_aetna_ga_providers.parquet: 100 rows, .*\n$/,
        );
        expect(written).toMatchObject({ exitCode: 0, stderr: '' });
        expect(Object.keys(workspace.list())).toEqual([
          'data/',
          'data/input/',
          'data/input/202508_aetna_ga_providers.parquet',
          'data/input/202508_aetna_ga_rates.parquet',
        ]);
        const { exitCode, stdout } = await workspace.etl1(['--payer', 'aetna']);
        expect(stdout).toContain('Processed 500 rates and 100 provider records');
        expect(exitCode).toBe(0);
      },
      { sample: false },
    );
  });

  it('names and places it as asked', async () => {
    await inWorkspace(
      async (workspace) => {
        const where = ['--directory', 'mine/input', '--payer', 'uhc', '--state', 'TX', '--period', '202601'];
        await workspace.etl1(['sample', ...where, '--rates', '20', '--providers', '5', '--seed', '7']);
        const args = [
          '--payer',
          'uhc',
          '--state',
          'TX',
          '--data-root',
          'mine',
          '--output-format',
          'json',
          '-q',
        ];
        const { stdout } = await workspace.etl1(args);
        expect(JSON.parse(stdout)).toMatchObject({ period: '202601', state: 'TX', processed_rates: 20 });
      },
      { sample: false },
    );
  });

  it('does not overwrite a pair unless told to', async () => {
    await inWorkspace(async (workspace) => {
      const before = workspace.list();
      const refused = await workspace.etl1(['sample', '--rates', '10']);
      expect(refused.stderr).toMatch(
        /^etl1: writing a sample: data\/input\/202508_aetna_ga_rates.parquet: is there already\n {2}try: `--force` .*\n$/,
      );
      expect(refused).toMatchObject({ exitCode: 73, stdout: '' });
      expect(workspace.list()).toEqual(before);
      const forced = await workspace.etl1(['sample', '--rates', '10', '--force']);
      expect(forced.stdout).toContain('rates.parquet: 10 rows');
    });
  });
});

describe('etl1 config show', () => {
  const environment = { ETL1_CHUNK_SIZE: 'auto', ETL1_STATE: 'fl' };
  const yaml = 'state: NC\nchunk_size: 10\nlog_level: warning\n';

  it('prints every setting with its value and origin', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('config/etl1.yaml', yaml);
      const before = workspace.list();
      const { exitCode, stdout, stderr } = await workspace.etl1(['config', 'show', '--state', 'tx'], {
        environment,
      });
      expect(stdout).toMatch(/^# file: config\/etl1.yaml\n/);
      expect(stdout).toMatch(/^state: "TX" +# flag {9}/m);
      expect(stdout).toMatch(/^chunk_size: "auto" +# environment /m);
      expect(stdout).toMatch(/^log_level: "WARNING" +# file /m);
      expect(stdout).toMatch(/^mode: "upsert" +# default /m);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
      expect(workspace.list()).toEqual(before);
      expect(Object.keys(Object(load(stdout)))).toEqual(settingNames);
    });
  });

  it('prints what can be used as a configuration file', async () => {
    await inWorkspace(async (workspace) => {
      const { stdout } = await workspace.etl1(['config', 'show', '--memory-limit', '999'], { environment });
      workspace.write('shown.yaml', stdout);
      const again = await workspace.etl1(['config', '-c', 'shown.yaml', '--output-format', 'json']);
      const { file, settings } = JSON.parse(again.stdout);
      expect(file).toBe('shown.yaml');
      expect(Object.keys(settings)).toEqual(settingNames);
      expect(settings.memory_limit_mb).toEqual({
        value: 999,
        origin: 'file',
        variable: 'ETL1_MEMORY_LIMIT_MB',
      });
      expect(settings.state.value).toBe('FL');
    });
  });
});
