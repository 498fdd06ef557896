import type { RowExample, Summary, TableSummary } from '../../../src/pipeline/summary.js';

export const table: TableSummary = {
  inserted: 1_000,
  filled: 2,
  kept: 3,
  removed: 0,
  total: 1_005,
  bytes: 260_643,
  path: '/data/x.parquet',
};

export const group: RowExample = {
  table: 'dim_provider_group',
  uid: '',
  values: { payer_slug: 'aetna', provider_group_id_raw: '351', version: null },
  query: 'SELECT 1',
};

/** What a run came to in which nothing was unusual. */
export const summary: Summary = {
  status: 'published',
  run_id: '20250801T000000Z-abcdef',
  payer: 'aetna',
  state: 'GA',
  period: '202508',
  data_root: '/data',
  processed_rates: 1_000_000,
  processed_providers: 50_000,
  tables: { dim_code: table, fact_rate: table },
  balance: { read: 1_000_000, rejected: 0, duplicates: 998_997, already_there: 3, inserted: 1_000 },
  groups: {
    total: 40,
    in_rates: 39,
    in_providers: 38,
    rates_without_providers: { groups: 2, example: { ...group, uid: 'a1' } },
    providers_without_rates: { groups: 1, example: { ...group, uid: 'b2' } },
    npi: { groups: 38, group_share: 0.95, facts: 1_002, fact_share: 1_002 / 1_003 },
    tin: { groups: 0, group_share: 0, facts: 0, fact_share: 0 },
  },
  rejects: { rates: {}, providers: {} },
  reject_examples: { rates: {}, providers: {} },
  rejects_folder: null,
  warnings: {},
  warning_examples: {},
  failed_chunks: [],
  resumed_chunks: 0,
  seconds: 45.24,
  steps: { rates: 30, providers: 1, merge: 14, publish: 0.1 },
  peak_rss_mb: 1_234,
};
