import { describe, expect, it } from 'vitest';
import {
  headlines,
  summaryAsText,
  unchangedAsText,
  warningsAsLines,
} from '../../../src/cli/summary-report.js';
import type { Manifest } from '../../../src/pipeline/manifest.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import { unchangedSummary } from '../../../src/pipeline/unchanged-summary.js';
import { group, summary, table } from './summary.js';

const unusual: Summary = {
  ...summary,
  rejects: { rates: { rate_missing: 1_234 }, providers: { group_missing: 1 } },
  reject_examples: {
    rates: {
      rate_missing: {
        file: '/in/a.parquet',
        file_row_number: 7,
        values: { billing_code_type: 'CPT', billing_code: ' \u001b[2J\u009b', negotiated_rate: null },
        query: `SELECT * FROM '/a $b"/c' WHERE reject_reason = 'rate_missing'`,
      },
    },
    providers: {},
  },
  rejects_folder: '/data/rejects/x',
  warnings: { rate_zero: 90, groups_gained_members: 3, unheard_of: 1 },
  warning_examples: {
    rate_zero: {
      table: 'fact_rate',
      uid: 'f0',
      values: { code_type: 'CPT', code: '99213', provider_group_id_raw: null, negotiated_rate: 0 },
      query: `SELECT * FROM '/data/gold/fact_rate.parquet' WHERE fact_uid = 'f0'`,
    },
    groups_gained_members: { ...group, uid: 'c3' },
  },
};

describe('summaryAsText', () => {
  it('names the catalog that has the tables, and what reads them there', () => {
    const text = summaryAsText({ ...unusual, catalog: 'lake.etl1' });
    expect(text).toContain('outputs in lake.etl1\n');
    expect(text).toContain('to look at the first: spark-sql -e "SELECT');
    expect(text).toContain('to look at the first: duckdb -c "SELECT * FROM \'/a');
    expect(summaryAsText(unusual)).not.toContain('spark-sql');
  });

  it('says what is done and what became of each table', () => {
    expect(headlines(summary)).toEqual([
      '✅ ETL1 pipeline completed in 45.2 seconds',
      'Processed 1,000,000 rates and 50,000 provider records',
    ]);
    expect(summaryAsText(summary)).toBe(`✅ ETL1 pipeline completed in 45.2 seconds
Processed 1,000,000 rates and 50,000 provider records

payer aetna, state GA, period 202508, run 20250801T000000Z-abcdef
  table      inserted  filled  kept  total      size
  dim_code      1,000       2     3  1,005  260.6 KB
  fact_rate     1,000       2     3  1,005  260.6 KB
rates: 1,000,000 read = 1,000 inserted + 3 there already + 998,997 duplicates + 0 rejected
provider groups: 40, in rates 39, in providers 38
  in rates without providers  2  such as group 351: pg_uid a1
  in providers without rates  1  such as group 351: pg_uid b2
  coverage       groups                  facts
  with an NPI  38 of 40  95.0%  1,002 of 1,003  99.9%
  with a TIN    0 of 40   0.0%      0 of 1,003   0.0%
steps: rates 30.0 seconds, providers 1.0 seconds, merge 14.0 seconds, publish 0.1 seconds
peak memory 1,234 MB; outputs in /data
`);
  });

  it('says nothing of groups where a run only tried rows again, and what an interrupted run had staged', () => {
    const text = summaryAsText({ ...summary, groups: null, resumed_chunks: 3 });
    expect(text).not.toContain('provider groups');
    expect(text).toContain('publish 0.1 seconds; 3 chunks staged before\n');
  });

  it('says what replace took away', () => {
    const text = summaryAsText({ ...summary, tables: { fact_rate: { ...table, removed: 70 } } });
    expect(text).toContain('inserted  filled  kept  removed  total');
    expect(text).toContain('1,000       2     3       70  1,005');
  });

  it('says what was rejected and what deserves a look', () => {
    expect(
      summaryAsText(unusual),
    ).toContain(String.raw`rejected rows (numbered from 0), kept in /data/rejects/x:
  rates rate_missing       1,234, such as row 7 of a.parquet: billing_code_type CPT, billing_code " \u001b[2J\u009b", negotiated_rate null
  providers group_missing      1
  to look at the first: duckdb -c "SELECT * FROM '/a \$b\"/c' WHERE reject_reason = 'rate_missing'"
loaded, but worth a look:
  rate_zero              90  rates of 0, such as CPT 99213 of group null at 0: fact_uid f0
  groups_gained_members   3  groups of earlier runs that got more members: are they still the same people?, such as group 351: pg_uid c3
  unheard_of              1
  to look at the first: duckdb -c "SELECT * FROM '/data/gold/fact_rate.parquet' WHERE fact_uid = 'f0'"
`);
  });
});

describe('warningsAsLines', () => {
  it('says what was rejected and what deserves a look, a line each, with the payer', () => {
    expect(warningsAsLines(unusual)).toEqual([
      'aetna: 1,234 rates rows rejected: rate_missing, in /data/rejects/x',
      'aetna: 1 providers rows rejected: group_missing, in /data/rejects/x',
      'aetna: 90 rates of 0',
      'aetna: 3 groups of earlier runs that got more members: are they still the same people?',
      'aetna: 1 unheard_of',
    ]);
  });

  it.each([
    ['where all is well', summary],
    [
      'of a run that changed nothing',
      { ...unusual, tables: { fact_rate: { ...table, inserted: 0, filled: 0 } } },
    ],
  ])('says nothing %s', (_, quiet) => expect(warningsAsLines(quiet)).toEqual([]));
});

describe('a load that was done already', () => {
  const manifest: Manifest = {
    format: 1,
    run_id: summary.run_id,
    program_version: '1.0.0',
    versions: { etl1: '1.0.0' },
    host: 'here',
    started_at: '2025-08-01T00:00:00.000Z',
    finished_at: '2025-08-01T00:00:45.000Z',
    payer: 'aetna',
    state: 'GA',
    period: '202508',
    settings: {
      state: 'GA',
      payer_slug_override: null,
      providers: 'required',
      empty_pos_set: '',
      provider_group_scope: 'payer',
      dimension_conflict: 'fill',
      mode: 'upsert',
      max_reject_ratio: 0.1,
    },
    resolved_settings: {},
    inputs: { rates: [], providers: [] },
    outputs: {},
    summary: { ...unusual },
  };

  it('is said in one line, with the run that did it and how to load all the same', () => {
    expect(unchangedAsText(manifest)).toBe(
      'Nothing to do for payer aetna, state GA, period 202508: the inputs and settings are those of run ' +
        '20250801T000000Z-abcdef of 2025-08-01T00:00:45.000Z, and its outputs are in place. ' +
        '`--force` loads them again.\n',
    );
  });

  it('is the summary of that run for a program, and nothing was changed', () => {
    const kept = { ...table, inserted: 0, filled: 0, removed: 0, kept: 1_005 };
    expect(unchangedSummary(manifest, { outputs: [] })).toEqual({
      ...unusual,
      status: 'unchanged',
      tables: { dim_code: kept, fact_rate: kept },
      balance: { ...unusual.balance, already_there: 1_003, inserted: 0 },
    });
  });
});
