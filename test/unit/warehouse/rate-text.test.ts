import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../src/warehouse/dialect.js';
import { withRateText } from '../../../src/warehouse/rate-text.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';
import { awkwardRates } from '../../support/awkward-rates.js';
import { queryRows } from '../../support/partitioned.js';

/** The words of DuckDB for what the text of a rate is made of. */
const duckdb: Dialect = {
  ...sparkDialect,
  number: (value) => `${value}::DOUBLE`,
  asText: (value) => `CAST(${value} AS VARCHAR)`,
  floor: (value) => `CAST(floor(${value}) AS BIGINT)`,
};

describe('the text of a rate', () => {
  it('is what printf prints, ties and all', async () => {
    const rates = `SELECT rate AS negotiated_rate FROM (${awkwardRates(300_000)})`;
    const [counts] = await queryRows(
      `SELECT count(*) AS rows, count(*) FILTER (WHERE rate_text <> printf('%.4f', negotiated_rate)) AS wrong,
        count(*) FILTER (WHERE negotiated_rate * 32 % 2 IN (1, -1)) AS ties, count(*) FILTER (WHERE rate_text LIKE '%-0.0000') AS tiny
      FROM (${withRateText(duckdb, rates)})`,
    );
    expect(counts?.['wrong']).toBe(0n);
    expect(Number(counts?.['rows'])).toBeGreaterThan(300_000);
    expect(Number(counts?.['ties'])).toBeGreaterThan(50_000);
    expect(Number(counts?.['tiny'])).toBeGreaterThan(10_000);
  });
});
