import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { makeConfigFile } from '../../src/config/config-file.js';
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

describe('etl1 config init', () => {
  it('writes a file that loads as the defaults do, and its schema beside it, and says what comes next', async () => {
    await inWorkspace(
      async (workspace) => {
        const { exitCode, stdout, stderr } = await workspace.etl1(['config', 'init']);
        expect(stdout).toMatch(
          /^config\/etl1\.yaml: .*\nconfig\/etl1\.schema\.json: .*\nnext: .*`etl1 config show`/,
        );
        expect([exitCode, stderr]).toEqual([0, '']);
        const schema = await workspace.etl1(['config', 'schema']);
        expect(Object.keys(workspace.list())).toEqual([
          'config/',
          'config/etl1.schema.json',
          'config/etl1.yaml',
        ]);
        const read = (name: string) => readFileSync(join(workspace.folder, 'config', name), 'utf8');
        expect(read('etl1.schema.json')).toBe(schema.stdout);
        expect(read('etl1.yaml')).toBe(makeConfigFile());
        const shown = await workspace.etl1(['config', 'show', '--output-format', 'json']);
        expect(JSON.parse(shown.stdout)).toMatchObject({
          file: 'config/etl1.yaml',
          settings: { state: { value: 'GA', origin: 'file' } },
        });
      },
      { sample: false },
    );
  });

  it('overwrites nothing unless told to, and writes elsewhere', async () => {
    await inWorkspace(
      async (workspace) => {
        workspace.write('config/etl1.yaml', 'state: TX\n');
        workspace.write('mine/etl1.schema.json', '{}');
        const before = workspace.list();
        for (const [args, path] of [
          [[], 'config/etl1.yaml'],
          [['mine/a.yaml'], 'mine/etl1.schema.json'],
          [['mine'], 'mine'],
        ] as const) {
          const refused = await workspace.etl1(['config', 'init', ...args]);
          expect(refused.stderr).toMatch(
            /^etl1: writing a configuration file: \S+: is there already\n {2}try: `--force`/,
          );
          expect(refused.stderr).toContain(`: ${path}: is`);
          expect([refused.exitCode, refused.stdout]).toEqual([73, '']);
        }
        expect(workspace.list()).toEqual(before);
        expect(await workspace.etl1(['config', 'init', '--force'])).toMatchObject({
          exitCode: 0,
          stderr: '',
        });
        const next = await workspace.etl1(['config', 'init', 'new/folder/a.yaml']);
        expect(next.stdout).toContain('`etl1 config show --config new/folder/a.yaml`');
        const blocked = await workspace.etl1(['config', 'init', 'config/etl1.yaml/b.yaml']);
        expect(blocked.stderr).toMatch(/: cannot be written: .*\n {2}try: check the rights/);
        expect(blocked.exitCode).toBe(73);
        expect(Object.keys(workspace.list()).filter((path) => path.includes('.part'))).toEqual([]);
      },
      { sample: false },
    );
  });
});
