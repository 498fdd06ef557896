import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { corruptPages } from '../faults/support/corrupt.js';
import { makeInput } from '../faults/support/input.js';
import type { InputRow } from '../model/input-value.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';
import { expectSameOfBoth } from './support/both-engines.js';
import { spark, startSession } from './support/spark.js';

/** What each file says in all of its rows: what SQL, JSON or a shell might take for something else, blanks and nothing. */
const constantsOf: readonly InputRow[] = [
  {
    version: "it's \\u0041 -- $x /* %\\",
    name: null,
    billing_class: '',
    negotiation_arrangement: ' \u00a0',
  },
  { version: '1.0.0', name: 'a\tb "c" 🦆', last_updated_on: '2025-02-30', expiration_date: null },
  { version: null, description: '`', reporting_entity_name: "O'Neil & Söhne", last_updated_on: '09/01/2025' },
];

describe.skipIf(!spark)('columns that are one value throughout a file, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it('are what the footer of each file says, also in rejects', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), {
        ...{ payer: 'odd', seed: 31, rejects: true, rateFiles: constantsOf.length },
      });
      for (const [number, constants] of constantsOf.entries()) {
        const rows = input.rates.slice(number * 60, number * 60 + 60);
        const name = input.files.rates[number] ?? '';
        await writeRows(
          join(input.folder, name),
          rows.map((row) => ({ ...row, ...constants })),
          { columns: plainRatesColumns },
        );
      }
      const found = await expectSameOfBoth(session, folder, input);
      expect(found.rejects['rates']?.length).toBeGreaterThan(0);
      expect(new Set(found.lines['dim_payer'])).toHaveLength(2);
    }));

  it('are read where a source has no rows without them', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'anchor', seed: 32 });
      const [name = ''] = input.files.providers;
      const file = join(input.folder, name);
      await writeRows(
        file,
        input.providers.slice(0, 60).map((row) => ({ ...row, npi: '1234567893' })),
        { columns: plainProvidersColumns, rowGroupSize: 20, dictionaries: true },
      );
      corruptPages(file, 1, 'npi');
      const { summary } = await expectSameOfBoth(session, folder, input);
      expect(summary?.failed_chunks).toMatchObject([{ source: 'providers', file, first_row: 20, rows: 20 }]);
    }));
});
