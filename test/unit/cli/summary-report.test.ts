import { describe, expect, it } from 'vitest';
import { reportProgress } from '../../../src/cli/progress.js';
import {
  headlines,
  summaryAsText,
  unchangedAsJson,
  unchangedAsText,
  warningsAsLines,
} from '../../../src/cli/summary-report.js';
import type { Manifest } from '../../../src/pipeline/manifest.js';
import type { Summary, TableSummary } from '../../../src/pipeline/summary.js';

const table: TableSummary = {
  inserted: 1_000,
  filled: 2,
  kept: 3,
  removed: 0,
  total: 1_005,
  bytes: 260_643,
  path: '/data/x.parquet',
};

const summary: Summary = {
  status: 'published',
  run_id: '20250801T000000Z-abcdef',
  payer: 'aetna',
  state: 'GA',
  period: '202508',
  data_root: '/data',
  processed_rates: 1_000_000,
  processed_providers: 50_000,
  tables: { dim_code: table, fact_rate: table },
  rejects: { rates: {}, providers: {} },
  rejects_folder: null,
  warnings: {},
  failed_chunks: [],
  resumed_chunks: 0,
  seconds: 45.24,
  steps: { rates: 30, providers: 1, merge: 14, publish: 0.1 },
  peak_rss_mb: 1_234,
};

const unusual: Summary = {
  ...summary,
  rejects: { rates: { rate_missing: 1_234 }, providers: { group_missing: 1 } },
  rejects_folder: '/data/rejects/x',
  warnings: { rate_zero: 90, groups_gained_members: 3, unheard_of: 1 },
};

describe('summaryAsText', () => {
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
peak memory 1,234 MB; outputs in /data
`);
  });

  it('says what replace took away', () => {
    const text = summaryAsText({ ...summary, tables: { fact_rate: { ...table, removed: 70 } } });
    expect(text).toContain('inserted  filled  kept  removed  total');
    expect(text).toContain('1,000       2     3       70  1,005');
  });

  it('says what was rejected and what deserves a look', () => {
    expect(summaryAsText(unusual)).toContain(`rejected rows, kept in /data/rejects/x:
  rates rate_missing       1,234
  providers group_missing      1
loaded, but worth a look:
  rate_zero              90  rates of 0
  groups_gained_members   3  groups of earlier runs that got more members: are they still the same people?
  unheard_of              1
`);
  });
});

describe('warningsAsLines', () => {
  it('says what was rejected and what deserves a look, a line each, with the payer', () => {
    expect(warningsAsLines(unusual)).toEqual([
      'etl1: warning: aetna: 1,234 rates rows rejected: rate_missing, in /data/rejects/x',
      'etl1: warning: aetna: 1 providers rows rejected: group_missing, in /data/rejects/x',
      'etl1: warning: aetna: 90 rates of 0',
      'etl1: warning: aetna: 3 groups of earlier runs that got more members: are they still the same people?',
      'etl1: warning: aetna: 1 unheard_of',
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
    summary: { ...unusual, failed_chunks: [] },
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
    expect(unchangedAsJson(manifest)).toEqual({
      ...unusual,
      status: 'unchanged',
      tables: { dim_code: kept, fact_rate: kept },
    });
  });
});

describe('reportProgress', () => {
  it('prints the lines of the manual', () => {
    const lines: string[] = [];
    const observe = reportProgress({ write: (line: string) => lines.push(line) }, { quiet: false });
    observe({ type: 'started', runId: 'x' });
    observe({ type: 'chunk-started', source: 'rates', chunk: 1, chunks: 20, firstRow: 0, rows: 50_000 });
    observe({ type: 'chunk-finished', source: 'rates', rowsIn: 50_000, rowsOut: 9, seconds: 1, rssMb: 1 });
    observe({ type: 'step-finished', step: 'merge', seconds: 1.26, rssMb: 1 });
    expect(lines).toEqual([
      'Processing rates chunk 1/20 (rows 0-50,000)\n',
      'Finished merge in 1.3 seconds\n',
    ]);
  });
});
