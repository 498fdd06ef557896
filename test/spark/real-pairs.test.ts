import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { loadPair, withFolder } from '../support/load-pair.js';
import { realFile, realPairs } from '../support/real-pairs.js';
import { digestsIn } from './support/digests.js';
import { engineIn, spark, startSession } from './support/spark.js';

describe.skipIf(!spark || realPairs.length === 0)('real pairs in Spark', () => {
  let session: SparkSession;
  // one for all: what a load takes is most of all that Java warms up
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it.each(realPairs)('come to the published digests: %s', (_, { load, tables, input_rows: rows }) =>
    withFolder(async (folder) => {
      const dataRoot = join(folder, 'data');
      const summary = await loadPair({
        dataRoot,
        rates: realFile(load.rates),
        providers: realFile(load.providers),
        settings: {
          fact_layout: 'partitioned',
          state: load.state,
          payer_slug_override: load.payer_slug_override,
          provider_group_scope: load.provider_group_scope,
          empty_pos_set: load.empty_pos_set,
        },
        engine: engineIn(session),
      });
      expect(summary).toMatchObject({
        processed_rates: rows.rates,
        rejects: { rates: {}, providers: {} },
        balance: { read: rows.rates, inserted: tables.fact_rate.rows },
      });
      expect(await digestsIn(dataRoot)).toEqual(tables);
    }),
  );
});
