import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { withRateText } from '../../src/warehouse/rate-text.js';
import { sparkDialect } from '../../src/warehouse/spark-dialect.js';
import { scalarText } from '../../src/warehouse/texts.js';
import { textOfDouble } from '../model/text-of-double.js';
import { awkwardRates } from '../support/awkward-rates.js';
import { withFolder } from '../support/load-pair.js';
import { writeQueries } from '../support/write-outputs.js';
import { spark, startSession } from './support/spark.js';

/** Fractions of up to five digits, any that are not small, and small ones of up to six digits, of either sign. */
function someDoubles(): number[] {
  const few = fc.integer({ min: 1, max: 999_999_999 }).map((digits) => digits / 100_000);
  const many = fc.double({ min: 2 ** -14, max: 2 ** 125, noNaN: true });
  const small = fc
    .record({ digits: fc.integer({ min: 1, max: 999_999 }), exponent: fc.nat(20) })
    .map(({ digits, exponent }) => Number(`${digits}e-${11 + exponent}`));
  const signed = fc
    .tuple(fc.constantFrom(1, -1), fc.oneof(few, many, small))
    .map(([sign, size]) => sign * size);
  return fc.sample(signed, 6_000);
}

describe.skipIf(!spark)('texts in Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it('of rates are what printf prints, for a million doubles', () =>
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

  it('of doubles have the fewest digits, or are refused where Spark may print more', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'ids.parquet');
      const rows = someDoubles().map((double) => `('${double}'::DOUBLE, '${textOfDouble(double)}')`);
      await writeQueries({ [path]: `SELECT * FROM (VALUES ${rows.join(', ')}) v(id, expected)` });
      await session.run(sparkDialect.viewOfFiles('ids', path));
      const text = scalarText(sparkDialect, 'id', { kind: 'float' });
      const wrong = await session.rows(
        `SELECT expected, text FROM (SELECT expected, ${text} AS text FROM ids) WHERE text <> expected LIMIT 5`,
      );
      expect(wrong).toEqual([]);
      const doubtful = '2.9576304654169368E-272, 4.6566128730773926E-10, 4.9E-324, -1.0E-310, 3.6379788E-12';
      for (const double of doubtful.split(', '))
        await expect(
          session.rows(`SELECT ${text} AS text FROM (SELECT ${double}D AS id)`),
        ).rejects.toMatchObject({
          kind: 'data',
          message: expect.stringMatching(
            /^Spark finds a number below 2\^-14 .* where a text is expected: -?\d\.\d+E-\d+$/,
          ),
        });
    }));
});
