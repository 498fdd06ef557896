import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/pipeline/plan.js';
import { sessionStatements } from '../../../src/spark/session-statements.js';
import { sparkSession } from '../../../src/warehouse/spark-dialect.js';
import { makeInput } from '../../faults/support/input.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { makeRun } from '../../support/make-run.js';

/** The plan of a small input; `version` is that of the format of its first rates, of which doubles are all different. */
const withPlan = (version: string, work: (plan: Plan) => void) =>
  withFolder(async (folder) => {
    const input = await makeInput(join(folder, 'in'), { payer: 'one', rateFiles: 2 });
    const file = join(input.folder, input.files.rates[0] ?? '');
    const rows = `SELECT * REPLACE (random() AS negotiated_rate) FROM read_parquet(${quoteText(file)}), range(1000)`;
    await withDatabase(async (connection) => {
      await connection.run(`CREATE TABLE rates AS ${rows}`);
      await connection.run(`COPY rates TO ${quoteText(file)} (FORMAT parquet, PARQUET_VERSION ${version})`);
    });
    work((await makeRun(folder, input, 60)).plan);
  });

const reader = 'spark.sql.parquet.enableVectorizedReader';

describe('what a session is told before a load', () => {
  it('is what keeps rows alike, and what a load before it may have changed is as it was', () =>
    withPlan('V1', (plan) => {
      const statements = sessionStatements(plan);
      expect(statements).toHaveLength(Object.keys(sparkSession).length + 1);
      expect(statements).toContain('SET spark.sql.session.timeZone=UTC');
      expect(statements.at(-1)).toBe(`RESET ${reader}`);
    }));

  it('names the reader that knows the encoding of an input', () =>
    withPlan('V2', (plan) => {
      expect(sessionStatements(plan).at(-1)).toBe(`SET ${reader}=false`);
    }));
});
