import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Summary, summarySchema } from '../../src/pipeline/summary.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../support/fixture.js';
import { withDatabase } from '../support/fixture-database.js';
import { inWorkspace, type Workspace } from './workspace.js';

const entity = { reporting_entity_name: 'Acme', last_updated_on: '2025-08-01', version: '1.0.0' };
const price = {
  ...entity,
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_rate: 100.5,
  negotiated_type: 'negotiated',
  provider_reference_id: 7n,
};
const member = {
  ...entity,
  provider_group_id: 7n,
  npi: '2000000001',
  tin_type: 'ein',
  tin_value: '000000001',
};

/** Three copies of a fact, three others, of which one has a group without providers, and two rejects. */
const rates = [
  price,
  price,
  { ...price, billing_code: ' ' },
  { ...price, negotiated_rate: 40, negotiated_type: 'percentage' },
  { ...price, provider_reference_id: 8n, negotiated_rate: 0 },
  { ...price, negotiated_rate: null },
  { ...price, billing_code: '99214' },
  price,
];
/** A group with rates, one without rates and NPI, and a reject. */
const providers = [
  member,
  { ...member, provider_group_id: null },
  { ...member, provider_group_id: 9n, npi: '0' },
  { ...member, npi: '2000000002' },
];

const args = ['--payer', 'acme', '--no-progress', '--chunk-size', '3'];
const environment = { ETL1_MAX_REJECT_RATIO: '1' };

async function writePair({ folder }: Workspace): Promise<void> {
  const input = (source: string) => join(folder, `data/input/202508_acme_ga_${source}.parquet`);
  await writeRows(input('rates'), rates, { columns: plainRatesColumns });
  await writeRows(input('providers'), providers, { columns: plainProvidersColumns });
}

async function load({ etl1 }: Workspace, ...more: string[]): Promise<Summary> {
  const { stdout, stderr } = await etl1([...args, '--output-format', 'json', ...more], { environment });
  expect(stderr).toBe('');
  // every key is described, and none is missing
  return summarySchema.strict().parse(JSON.parse(stdout));
}

function rowsOf(query: string): Promise<unknown[]> {
  return withDatabase(async (connection) => (await connection.runAndReadAll(query)).getRowObjectsJson());
}

describe('the summary of a load', () => {
  it('tells where every row went, which groups have no counterpart, and shows a row for all that is odd', async () => {
    await inWorkspace(async (workspace) => {
      await writePair(workspace);
      const summary = await load(workspace);
      expect(summary).toMatchObject({
        balance: { read: 8, rejected: 2, duplicates: 2, already_there: 0, inserted: 4 },
        groups: {
          total: 3,
          in_rates: 2,
          in_providers: 2,
          rates_without_providers: { groups: 1, example: { values: { provider_group_id_raw: '8' } } },
          providers_without_rates: { groups: 1, example: { values: { provider_group_id_raw: '9' } } },
          npi: { groups: 1, group_share: 1 / 3, facts: 3, fact_share: 0.75 },
          tin: { groups: 2, group_share: 2 / 3, facts: 3, fact_share: 0.75 },
        },
        rejects: { rates: { code_missing: 1, rate_missing: 1 }, providers: { group_missing: 1 } },
        reject_examples: {
          rates: {
            code_missing: { file_row_number: 2, values: { billing_code: ' ', negotiated_rate: '100.5' } },
            rate_missing: { file_row_number: 5, values: { billing_code: '99213', negotiated_rate: null } },
          },
          providers: { group_missing: { file_row_number: 1, values: { npi: '2000000001' } } },
        },
        warnings: { rate_zero: 1, rate_percentage: 1, npi_missing: 1 },
        warning_examples: {
          rate_zero: { table: 'fact_rate', values: { code: '99213', provider_group_id_raw: '8' } },
          rate_percentage: { values: { negotiated_type: 'percentage', negotiated_rate: 40 } },
          npi_missing: { table: 'dim_provider_group', values: { provider_group_id_raw: '9' } },
        },
      });
      const queries = [
        ...Object.values(summary.reject_examples.rates),
        ...Object.values(summary.reject_examples.providers),
        ...Object.values(summary.warning_examples),
      ].map(({ query }) => query);
      for (const query of queries) expect(await rowsOf(query)).toHaveLength(1);

      const shown = await workspace.etl1(['runs', summary.run_id]);
      const lines = [
        'rates: 8 read = 4 inserted + 0 there already + 2 duplicates + 2 rejected',
        'provider groups: 3, in rates 2, in providers 2',
        '  with an NPI  1 of 3  33.3%  3 of 4  75.0%',
        '  rates code_missing       1, such as row 2 of 202508_acme_ga_rates.parquet: billing_code_type CPT, billing_code " ", negotiated_rate 100.5',
        '  providers group_missing  1, such as row 1 of 202508_acme_ga_providers.parquet: provider_group_id null, provider_reference_id null, npi 2000000001',
      ];
      for (const line of lines) expect(shown.stdout).toContain(`${line}\n`);
      expect(shown.stdout).toMatch(
        / {2}rate_zero +1 {2}rates of 0, such as CPT 99213 of group 8 at 0: fact_uid \w{32}\n/,
      );
      expect(shown.stdout).toMatch(/steps: rates [\d.]+ seconds, .*\npeak memory \d+ MB; /);
    });
  });

  it('adds up when the facts are there already, and when nothing is to do', async () => {
    await inWorkspace(async (workspace) => {
      await writePair(workspace);
      const first = await load(workspace);
      const balance = { read: 8, rejected: 2, duplicates: 2, already_there: 4, inserted: 0 };
      const again = await load(workspace, '--force', '--chunk-size', '100');
      expect(again).toMatchObject({ status: 'published', balance });
      for (const key of ['groups', 'warning_examples', 'rejects', 'warnings'] as const)
        expect(again[key]).toEqual(first[key]);
      expect(await load(workspace)).toMatchObject({ status: 'unchanged', balance, groups: first.groups });
    });
  });
});
