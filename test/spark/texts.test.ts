import { join } from 'node:path';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { withRateText } from '../../src/warehouse/rate-text.js';
import { sparkDialect } from '../../src/warehouse/spark-dialect.js';
import { printedText, scalarText } from '../../src/warehouse/texts.js';
import { textOfDouble } from '../model/text-of-double.js';
import { awkwardRates } from '../support/awkward-rates.js';
import { withFolder } from '../support/load-pair.js';
import { writeQueries } from '../support/write-outputs.js';
import { spark, startSession } from './support/spark.js';

/** Fractions of up to five digits, and doubles of every size. */
function someDoubles(): number[] {
  const few = fc.integer({ min: -999_999_999, max: 999_999_999 }).map((digits) => digits / 100_000);
  const any = fc.double({ noNaN: true, noDefaultInfinity: true });
  const smallest = fc.integer({ min: 1, max: 200 }).map((units) => units * Number.MIN_VALUE);
  // of more digits if Java 17 prints them
  const awkward = fc.constantFrom(
    2.957_630_465_416_936_8e-272,
    4.656_612_873_077_392_6e-10,
    2e-3,
    2e23,
    2 ** 126,
  );
  return fc.sample(fc.oneof(few, any, smallest, awkward), 6_000);
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

  it('of doubles have the fewest digits that tell them apart, and all where they are whole', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'ids.parquet');
      const rows = someDoubles().map((double) => `('${double}'::DOUBLE, '${textOfDouble(double)}')`);
      await writeQueries({ [path]: `SELECT * FROM (VALUES ${rows.join(', ')}) v(id, expected)` });
      expect(await wrongTexts(path, scalarText(sparkDialect, 'id', { kind: 'float', bits: 64 }))).toEqual([]);
    }));

  it('of numbers among rejects are those of the library that prints them in the embedded engine', () =>
    withFolder(async (folder) => {
      const [wide, narrow] = [join(folder, 'doubles.parquet'), join(folder, 'floats.parquet')];
      const smallest = fc.integer({ min: -99, max: 99 }).map((units) => units * 2 ** -149);
      const doubles = someDoubles();
      const floats = fc.sample(
        fc.oneof(fc.float(), smallest, fc.float({ min: -(2 ** 30), max: 2 ** 50 })),
        6_000,
      );
      await writePrinted(
        wide,
        pl.Series('id', [...doubles, Number.NaN, -1 / 0, 1e-5, 9.9e-6, 1e15, 1e16], pl.Float64),
      );
      await writePrinted(narrow, pl.Series('id', [...floats, 1e-6, 9.9e-7, 1e12, 1e13], pl.Float32));
      expect(await wrongTexts(wide, printedText(sparkDialect, 'id', { kind: 'float', bits: 64 }))).toEqual(
        [],
      );
      expect(await wrongTexts(narrow, printedText(sparkDialect, 'id', { kind: 'float', bits: 32 }))).toEqual(
        [],
      );
    }));

  /** A few rows of a file of which the text is not what is expected. */
  async function wrongTexts(path: string, text: string) {
    await session.run(sparkDialect.viewOfFiles('numbers', path));
    const rows = `SELECT expected, ${text} AS text FROM numbers`;
    return session.rows(`SELECT * FROM (${rows}) WHERE NOT (text <=> expected) LIMIT 5`);
  }
});

async function writePrinted(path: string, numbers: pl.Series): Promise<void> {
  const printed = pl.col('id').cast(pl.Utf8).alias('expected');
  const frame = await pl.DataFrame([numbers]).lazy().withColumns(printed).collect();
  frame.writeParquet(path);
}
