import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../support/command.js';
import { withFolder } from '../support/load-pair.js';
import { realFile, realPairs } from '../support/real-pairs.js';
import { writeConfig } from './support/config.js';
import { digestsIn } from './support/digests.js';
import { spark } from './support/spark.js';

const summarySchema = z.object({
  status: z.string(),
  processed_rates: z.number(),
  rejects: z.object({ rates: z.record(z.string(), z.number()), providers: z.record(z.string(), z.number()) }),
  balance: z.object({ read: z.number(), inserted: z.number() }),
});

/** The pair with the fewest rows: all of them are loaded in `real-pairs.test.ts`. */
const [smallest] = realPairs.toSorted(([, one], [, other]) => one.input_rows.rates - other.input_rows.rates);

describe.skipIf(!spark || !smallest)('etl1 --engine spark', () => {
  it.each(smallest ? [smallest] : [])(
    'loads %s to the published digests, and has nothing to do the second time',
    (_, pair) =>
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
        expect(await digestsIn(join(folder, 'data'))).toEqual(tables);
        expect(summarySchema.parse(JSON.parse((await etl1()).stdout)).status).toBe('unchanged');
      }),
  );
});
