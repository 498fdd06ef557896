import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableNames } from '../model/tables.js';
import { inWorkspace, type Workspace } from './workspace.js';

const payer = ['--payer', 'aetna', '--engine', 'spark'];
/** There is a Spark as far as a plan can tell. */
const someSpark = { SPARK_HOME: 'spark' };
const noSpark = { PATH: '/nowhere' };

function writeSettings({ write, folder }: Workspace, settings = ''): void {
  write('config/etl1.yaml', `fact_layout: partitioned\n${settings}`);
  write('spark/bin/spark-submit', '#!/bin/sh\necho no Java here >&2\nexit 9\n');
  chmodSync(join(folder, 'spark/bin/spark-submit'), 0o755);
}

describe('etl1 --engine spark', () => {
  it('says how to get Spark where there is none, and writes nothing', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace);
      const before = workspace.list('data');
      for (const args of [payer, [...payer, '--dry-run']]) {
        const { exitCode, stderr } = await workspace.etl1(args, { environment: noSpark });
        expect(exitCode).toBe(78);
        expect(stderr).toMatch(/^etl1: starting Spark: no spark-submit: .*\n {2}try: `pip install pyspark`/);
        expect(workspace.list('data')).toEqual(before);
      }
    });
  });

  it('needs no Spark to say that there is nothing to do', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace);
      await workspace.etl1(['--payer', 'aetna', '--quiet']);
      const args = [...payer, '--dry-run', '--output-format', 'json'];
      const { exitCode, stdout } = await workspace.etl1(args, { environment: noSpark });
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ unchanged_since: expect.any(String), sql: null });
      expect(await workspace.etl1(payer, { environment: noSpark })).toMatchObject({ exitCode: 0 });
    });
  });

  it('is not started to look at an address in a dry run where something else is in the way', async () => {
    await inWorkspace(async (workspace) => {
      const look = (more: string) => {
        writeSettings(workspace, `spark_root: file://${workspace.folder}/lake\n${more}`);
        return workspace.etl1([...payer, '--dry-run', '--force'], { environment: someSpark });
      };
      const blocked = await look('log_file: data/input\n');
      expect(blocked.exitCode).toBe(73);
      expect(blocked.stderr).not.toContain('Spark');
      expect((await look('')).stderr).toContain('Spark does not start: no Java here');
    });
  });

  it('wants facts in partitions', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1(payer, { environment: someSpark });
      expect(exitCode).toBe(78);
      expect(stderr).toContain('fact_layout: found single; expected partitioned, as engine is spark');
    });
  });

  it('takes no address for a folder', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1([...payer, '--data-root', 's3a://bucket/tic']);
      expect(exitCode).toBe(64);
      expect(stderr).toContain(
        'expected a folder as this machine has it; an address such as s3a:// goes to spark_root',
      );
    });
  });

  it.each([
    [{ ETL1_INPUT_DIR: 'gs://bucket/in' }, [], 'input_dir: found the address gs://bucket/in'],
    [{}, ['--rates-file', 's3a://b/r.parquet'], 's3a://b/r.parquet: expected a file as this machine has it'],
  ])('is what takes inputs at addresses: %j %j', async (environment, args, says) => {
    await inWorkspace(async (workspace) => {
      const before = workspace.list('data');
      for (const more of [[], ['--dry-run']]) {
        const { exitCode, stderr } = await workspace.etl1(['--payer', 'aetna', ...args, ...more], {
          environment,
        });
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 78, stderr: expect.stringContaining(says) });
        expect(stderr).toMatch(/^ {2}try: load it with `--engine spark`/m);
      }
      expect(workspace.list('data')).toEqual(before);
    });
  });

  it('needs a Spark to look at addresses', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace, 'input_dir: s3a://bucket/in\n');
      for (const args of [payer, [...payer, '--dry-run'], ['--all', '--engine', 'spark']]) {
        const { exitCode, stderr } = await workspace.etl1(args, { environment: noSpark });
        expect({ exitCode, stderr }).toMatchObject({
          exitCode: 78,
          stderr: expect.stringContaining('starting Spark: no spark-submit'),
        });
      }
    });
  });

  it('ends with what Spark said where it does not start, and leaves everything as it was', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace);
      const before = workspace.list('data');
      const { exitCode, stderr } = await workspace.etl1(payer, { environment: someSpark });
      expect(exitCode).toBe(78);
      expect(stderr).toMatch(/^etl1: starting Spark: Spark does not start: .*no Java here/m);
      expect(stderr).toMatch(/^ {2}try: run `spark-submit --version`/m);
      const kept = Object.entries(workspace.list('data')).filter(([path]) => path in before);
      expect(Object.fromEntries(kept)).toEqual(before);
    });
  });

  it('prints the SQL that it would submit, with names that are data quoted, and writes nothing', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace, "gold_dir: it's gold\n");
      mkdirSync(join(workspace.folder, 'logs'));
      const before = workspace.list();
      const args = [...payer, '--dry-run', '--output-format', 'json'];
      const { exitCode, stdout, stderr } = await workspace.etl1(args, { environment: someSpark });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { sql } = JSON.parse(stdout);
      for (const table of tableNames) expect(sql).toContain(table);
      expect(sql).toContain('202508_aetna_ga_rates.parquet');
      expect(sql).toContain("it\\'s gold");
      expect(sql).toContain('year_month=<year_month>');
      expect(workspace.list()).toEqual(before);
      const text = await workspace.etl1([...payer, '--dry-run'], { environment: someSpark });
      expect(text.stdout).toContain(sql.trim());
    });
  });
});
