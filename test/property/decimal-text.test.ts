import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/load/db.js';
import { pathLiteral } from '../../src/load/sql.js';
import { withFolder } from '../support/load-pair.js';

const source = readFileSync(new URL('../../src/load/sql.ts', import.meta.url), 'utf8');

/** Part of the program's SQL, as it is written there. */
function written(pattern: RegExp): string {
  const [text] = source.match(pattern) ?? [];
  if (text === undefined) throw new RangeError(`the SQL has nothing like ${pattern}`);
  return text;
}

const byDecimal = written(/CAST\(CAST\(negotiated_rate AS DECIMAL\(18, 4\)\) AS VARCHAR\)/);
const byPrintf = written(/printf\('%\.4f', negotiated_rate\)/);
const condition = written(
  /abs\(negotiated_rate\) < 1e11 AND negotiated_rate = round\(negotiated_rate \* 10000\) \/ 10000/,
);

const count = 1_000_000;

/** A generator of 32-bit numbers (xorshift): the same rates in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Rates of 1 to 4 decimals and of all magnitudes below 1e11, a fifth of them moved by a bit. */
function makeRates(): Float64Array {
  const next = seeded(20_250_801);
  const rates = new Float64Array(count);
  const bits = new BigInt64Array(rates.buffer);
  for (let index = 0; index < count; index += 1) {
    const power = 10 ** (index % 5);
    const digits = 1 + (next() % 15);
    // up to 1e15 ten-thousandths are 1e11
    const units = Math.floor((next() / 2 ** 32 + next() / 2 ** 64) * Math.min(10 ** digits, 1e11 * power));
    rates[index] = ((next() & 1) === 0 ? units : -units) / power;
    if (index % 5 === 4 && rates[index] !== 0)
      bits[index] = (bits[index] ?? 0n) + ((next() & 1) === 0 ? 1n : -1n);
    // no rate is minus zero
    if (rates[index] === 0) rates[index] = 0;
  }
  return rates;
}

describe('the text of a rate by a decimal', () => {
  it('is what printf gives, wherever the condition for it holds', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'rates.parquet');
      pl.DataFrame([pl.Series('negotiated_rate', makeRates(), pl.Float64)]).writeParquet(path);
      using database = await Database.open({
        memoryMb: 512,
        threads: 2,
        temporaryFolder: join(folder, 'spill'),
      });
      const counts = await database.numbers(`SELECT count(*) AS rates,
          count(*) FILTER (WHERE ${condition}) AS checked,
          count(*) FILTER (WHERE ${condition} AND ${byDecimal} <> ${byPrintf}) AS different,
          count(*) FILTER (WHERE ${condition} AND negotiated_rate < 0) AS negative,
          count(*) FILTER (WHERE ${condition} AND abs(negotiated_rate) > 1e10) AS large,
          count(*) FILTER (WHERE negotiated_rate = 0) AS zeros,
          count(*) FILTER (WHERE NOT (${condition})) AS left_out
        FROM read_parquet(${pathLiteral(path)})`);
      const { rates, checked = 0, different, negative = 0, large = 0, zeros = 0, left_out = 0 } = counts;
      expect(rates).toBe(count);
      expect(different).toBe(0);
      expect(checked).toBeGreaterThan(790_000);
      expect(negative).toBeGreaterThan(300_000);
      expect(large).toBeGreaterThan(10_000);
      expect(zeros).toBeGreaterThan(1000);
      expect(left_out).toBeGreaterThan(100_000);
    }));
});
