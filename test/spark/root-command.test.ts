import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inWorkspace } from '../e2e/workspace.js';
import { quoteText } from '../support/fixture-database.js';
import { datasetIn, partsThere, queryRows, readPartitionedOutputs } from '../support/partitioned.js';
import { writeConfig } from './support/config.js';
import { killOnceThere } from './support/kill-once-there.js';
import { localCluster, quickConf, spark, startSession } from './support/spark.js';
import { startStore, storesThere } from './support/store.js';
import { linesOfAll } from './support/story.js';

describe.skipIf(!spark)('the command', () => {
  const environment = { ...spark?.environment };

  it('loads to an address, finds that it was done, and tells of it', () =>
    inWorkspace(async ({ folder, etl1, write }) => {
      const there = join(folder, 'there');
      const config = writeConfig(folder, { spark_root: `file://${there}` });
      const args = ['--payer', 'aetna', '--config', config, '--output-format', 'json'];
      const load = (...more: string[]) => etl1([...args, ...more], { environment, timeoutSeconds: 300 });
      const plan = await load('--dry-run');
      expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toMatchObject({ exitCode: 0 });
      const { cluster_tables: tables, outputs, sql } = JSON.parse(plan.stdout);
      expect(outputs).toEqual([]);
      expect(tables).toContainEqual({
        ...{ table: 'fact_rate', action: 'upsert', path: `file://${there}/gold/fact_rate` },
      });
      expect(sql).toContain(`INSERT OVERWRITE DIRECTORY 'file://${there}/dims/.dim_code.parquet.<run id>'`);
      expect(existsSync(there)).toBe(false);

      const first = await load();
      expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
      const summary = JSON.parse(first.stdout);
      expect(summary).toMatchObject({
        ...{ status: 'published', spark_root: `file://${there}`, data_root: join(folder, 'data') },
        tables: { fact_rate: { inserted: 10_028, path: `file://${there}/gold/fact_rate` } },
      });
      const rejects = join(summary.rejects_folder, 'rates.parquet');
      expect(await queryRows(`SELECT count(*)::INT AS rows FROM ${quoteText(rejects)}`)).toEqual([
        { rows: 13 },
      ]);
      const record = JSON.parse(readFileSync(join(folder, 'data/runs', `${summary.run_id}.json`), 'utf8'));
      const code = readFileSync(join(there, 'dims/dim_code.parquet'));
      expect(record.outputs.dim_code).toMatchObject({
        path: `file://${there}/dims/dim_code.parquet`,
        ...{ found: null, left: { bytes: code.length }, rows: 80 },
        content_sha256: createHash('sha256').update(code).digest('hex'),
      });

      expect(JSON.parse((await load()).stdout)).toMatchObject({ status: 'unchanged' });
      const path = 'dims/dim_code.parquet';
      const state = { bytes: 1, mtime_ns: '1', footer_sha256: '' };
      const placing = { format: 1, run_id: 'x', list: null, removed: [], outputs: [] };
      const files = [{ waiting: `${path}.x`, path, state }];
      write('there/.etl1/placing.json', JSON.stringify({ ...placing, files }));
      const looked = await load('--dry-run');
      expect(JSON.parse(looked.stdout)).toMatchObject({
        ...{ action: 'load', interrupted_publishing: [`file://${there}/${path}`] },
      });
      rmSync(join(there, '.etl1/placing.json'));
      // a part that is gone is no load that was done
      const [part = ''] = partsThere(datasetIn(there));
      renameSync(join(datasetIn(there), part), join(folder, 'part'));
      const gone = await load();
      expect(gone.exitCode).toBe(65);
      expect(gone.stdout).toContain(`${part}: is gone; expected the part of`);
      renameSync(join(folder, 'part'), join(datasetIn(there), part));

      write('here.yaml', 'fact_layout: partitioned\n');
      const checked = await etl1(['validate', '--config', 'here.yaml', '--data-root', there]);
      expect({ exitCode: checked.exitCode, stderr: checked.stderr }).toMatchObject({ exitCode: 0 });
    }));

  it('looks at inputs and outputs in a store in a dry run, and writes nothing there', () =>
    inWorkspace(async ({ folder, etl1, list }) => {
      const name = storesThere.includes('s3a') ? 's3a' : storesThere[0];
      await using store = await startStore(name ?? 'file', join(folder, 'store'));
      const lake = `${store.address}${name === 'file' ? folder : ''}/lake`;
      await using session = await startSession(localCluster, store.conf);
      for (const source of ['rates', 'providers']) {
        const file = `202508_aetna_ga_${source}.parquet`;
        await session.files.send(join(folder, 'data/input', file), `${lake}/my in/${file}`);
      }
      const path = 'dims/dim_code.parquet';
      const files = [{ waiting: `${path}.x`, path, state: { bytes: 1, mtime_ns: '1', footer_sha256: '' } }];
      const placing = { format: 1, run_id: 'x', list: null, removed: [], outputs: [], files };
      await session.files.put(`${lake}/root/.etl1/placing.json`, JSON.stringify(placing));

      const config = writeConfig(folder, {
        ...{ input_dir: `${lake}/my in`, spark_root: `${lake}/root` },
        spark_conf: { ...quickConf, ...store.conf },
      });
      const before = list('data');
      const args = ['--payer', 'aetna', '--config', config, '--output-format', 'json', '--dry-run'];
      const plan = await etl1(args, { environment, timeoutSeconds: 300 });
      expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toMatchObject({ exitCode: 0 });
      const looked = JSON.parse(plan.stdout);
      expect(looked).toMatchObject({
        ...{ action: 'load', interrupted_publishing: [`${lake}/root/${path}`] },
        cluster_tables: expect.arrayContaining([
          { table: 'dim_code', action: 'upsert', path: `${lake}/root/${path}` },
        ]),
      });
      expect(looked.sql).toContain(`'${lake}/my in/202508_aetna_ga_rates.parquet'`);
      expect(list('data')).toEqual(before);
      expect(await session.files.list(`${lake}/root`, true)).toEqual(['.etl1/placing.json']);
    }));

  it('that is killed while it merges leaves nothing at the address that a reader takes for a table, and does it when it is run again', () =>
    inWorkspace(async ({ folder, etl1 }) => {
      const there = join(folder, 'there');
      const config = writeConfig(folder, { spark_root: `file://${there}` });
      const args = ['--payer', 'aetna', '--config', config];
      await killOnceThere(join(there, 'dims'), args, { folder, environment });
      expect(readdirSync(join(there, 'dims')).filter((name) => !name.startsWith('.'))).toEqual([]);

      const again = await etl1(args, { environment, timeoutSeconds: 300 });
      expect({ exitCode: again.exitCode, stderr: again.stderr }).toMatchObject({ exitCode: 0 });
      const embedded = join(folder, 'embedded.yaml');
      writeFileSync(embedded, 'fact_layout: partitioned\n');
      expect((await etl1(['--payer', 'aetna', '--config', embedded])).exitCode).toBe(0);
      const expected = await readPartitionedOutputs(join(folder, 'data'));
      expect(linesOfAll(await readPartitionedOutputs(there))).toEqual(linesOfAll(expected));
      const names = readdirSync(there, { recursive: true, encoding: 'utf8' });
      expect(names.filter((name) => /\.\d{8}T\d{6}Z-/.test(name) && !name.endsWith('.crc'))).toEqual([]);
    }));
});
