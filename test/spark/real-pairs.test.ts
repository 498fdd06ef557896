import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { digestOf } from '../model/digest.js';
import { tableNames } from '../model/tables.js';
import { runCommand } from '../support/command.js';
import { withFolder } from '../support/load-pair.js';
import { readPartitionedOutputs } from '../support/partitioned.js';
import { realFile, realPairs } from '../support/real-pairs.js';
import { writeConfig } from './support/config.js';
import { spark } from './support/spark.js';

const summarySchema = z.object({
  status: z.string(),
  processed_rates: z.number(),
  rejects: z.object({ rates: z.record(z.string(), z.number()), providers: z.record(z.string(), z.number()) }),
  balance: z.object({ read: z.number(), inserted: z.number() }),
});

/** All of them take minutes: in `npm run test:long` the one with the fewest rows. */
const [smallest] = realPairs.toSorted(([, one], [, other]) => one.input_rows.rates - other.input_rows.rates);
const chosen = process.env['ETL1_SPARK'] === 'long' || !smallest ? realPairs : [smallest];

describe.skipIf(!spark || realPairs.length === 0)('real pairs in Spark', () => {
  it.each(chosen)('loads %s to the published digests, and has nothing to do the second time', (_, pair) =>
    withFolder(async (folder) => {
      const { load, tables, input_rows: rows } = pair;
      const config = writeConfig(folder, {
        state: load.state,
        payer_slug_override: load.payer_slug_override,
        provider_group_scope: load.provider_group_scope,
        empty_pos_set: load.empty_pos_set,
      });
      const files = ['--rates-file', realFile(load.rates), '--providers-file', realFile(load.providers)];
      const etl1 = () =>
        runCommand(['--payer', 'test', '--config', config, ...files, '--output-format', 'json'], {
          cwd: folder,
          environment: { ...spark?.environment },
          timeoutSeconds: 240,
        });
      const first = await etl1();
      expect({ exitCode: first.exitCode, stderr: first.stderr }).toMatchObject({ exitCode: 0 });
      const summary = summarySchema.parse(JSON.parse(first.stdout));
      expect(summary).toMatchObject({
        status: 'published',
        processed_rates: rows.rates,
        rejects: { rates: {}, providers: {} },
        balance: { read: rows.rates, inserted: tables.fact_rate.rows },
      });
      const outputs = await readPartitionedOutputs(join(folder, 'data'));
      const found = tableNames.map((table) => [
        table,
        { rows: outputs[table].length, digest: digestOf(table, outputs[table]) },
      ]);
      expect(Object.fromEntries(found)).toEqual(tables);
      expect(summarySchema.parse(JSON.parse((await etl1()).stdout)).status).toBe('unchanged');
    }),
  );
});
