import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { withRateText } from '../../src/warehouse/rate-text.js';
import { sparkDialect } from '../../src/warehouse/spark-dialect.js';
import { awkwardRates } from '../support/awkward-rates.js';
import { withFolder } from '../support/load-pair.js';
import { writeQueries } from '../support/write-outputs.js';
import { spark, startSession } from './support/spark.js';

describe.skipIf(!spark)('the text of a rate in Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it('is what printf prints, for a million doubles', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'rates.parquet');
      await writeQueries({
        [path]: `SELECT rate AS negotiated_rate, printf('%.4f', rate) AS expected FROM (${awkwardRates(1_000_000)})`,
      });
      await session.run(sparkDialect.viewOfFiles('rates', path));
      const texts = withRateText(sparkDialect, 'SELECT * FROM rates');
      const [count] = await session.rows(`SELECT count(*) AS rows FROM (${texts})`);
      expect(Number(count?.['rows'])).toBeGreaterThan(1_000_000);
      const wrong = await session.rows(
        `SELECT CAST(negotiated_rate AS STRING) AS rate, expected, rate_text FROM (${texts}) WHERE NOT (rate_text <=> expected) LIMIT 5`,
      );
      expect(wrong).toEqual([]);
    }));
});
