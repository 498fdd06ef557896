import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableNames } from '../model/tables.js';
import { inWorkspace, type Workspace } from './workspace.js';

/** There is a Spark as far as a plan can tell. */
const environment = { SPARK_HOME: 'spark' };

function writeSettings({ write, folder }: Workspace, settings = ''): void {
  write('config/etl1.yaml', `spark:\n  catalog: lake.etl1\n${settings}`);
  write('spark/bin/spark-submit', '#!/bin/sh\nexit 9\n');
  chmodSync(join(folder, 'spark/bin/spark-submit'), 0o755);
}

describe('a catalog that is configured', () => {
  it('is refused with the embedded engine, which knows of none', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace);
      const { exitCode, stderr } = await workspace.etl1(['--payer', 'aetna']);
      expect(exitCode).toBe(78);
      expect(stderr).toContain('spark_catalog: found lake.etl1; expected null, as engine is embedded');
      expect(stderr).toContain('try: set engine: spark');
    });
  });

  it.each([
    ['validate', [], 'keys are checked there by SQL'],
    ['compare', ['data', 'data'], 'EXCEPT ALL'],
    ['benchmark', [], 'data roots of its own'],
    ['compact', [], 'CALL lake.system.rewrite_data_files'],
    ['migrate', ['--to', 'single'], 'whatever fact_layout is'],
  ])('is told to whoever wants to %s files, with another way', async (command, args, way) => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace, 'engine: spark\n');
      const { exitCode, stderr } = await workspace.etl1([command, ...args]);
      expect(exitCode).toBe(78);
      expect(stderr).toContain('spark_catalog is lake.etl1: the outputs are tables of a catalog');
      expect(stderr).toContain(`etl1 ${command} expected files below data_root`);
      expect(stderr).toContain(way);
    });
  });

  it('is told to whoever wants a page about a load, before it', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace, 'engine: spark\n');
      const { exitCode, stderr } = await workspace.etl1(['--payer', 'aetna', '--report'], { environment });
      expect(exitCode).toBe(78);
      expect(stderr).toContain('etl1 report expected files below data_root');
      expect(stderr).toContain('`etl1 runs <run>` tells of a run');
    });
  });

  it('has its tables and the SQL that would change them in a plan, which writes nothing', async () => {
    await inWorkspace(async (workspace) => {
      writeSettings(workspace, 'engine: spark\n');
      mkdirSync(join(workspace.folder, 'logs'));
      const before = workspace.list();
      const plan = ['--payer', 'aetna', '--dry-run'];
      const { exitCode, stdout, stderr } = await workspace.etl1([...plan, '--output-format', 'json'], {
        environment,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const { sql, outputs, cluster_tables } = JSON.parse(stdout);
      expect(outputs).toEqual([]);
      expect(cluster_tables).toEqual(
        tableNames.map((table) => ({ table, path: `lake.etl1.${table}`, action: 'upsert' })),
      );
      for (const table of tableNames) {
        expect(sql).toContain(`CREATE TABLE IF NOT EXISTS \`lake\`.\`etl1\`.\`${table}\``);
        expect(sql).toContain(`MERGE INTO \`lake\`.\`etl1\`.\`${table}\``);
      }
      expect(sql.lastIndexOf('MERGE INTO')).toBe(sql.indexOf('MERGE INTO `lake`.`etl1`.`fact_rate`'));
      const text = await workspace.etl1(plan, { environment });
      expect(text.stdout).toContain('fact_rate           upsert  lake.etl1.fact_rate');
      expect(text.stdout).toContain(sql.trim());
      const replacing = await workspace.etl1([...plan, '--mode', 'replace'], { environment });
      expect(replacing.stdout).toContain('INSERT INTO `lake`.`etl1`.`fact_rate` REPLACE WHERE');
      expect(workspace.list()).toEqual(before);
    });
  });
});
