import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../src/report/describe-run.js';
import { manifestOf } from '../../support/manifest.js';

const none = { rates: {}, providers: {} };
const manifest = manifestOf();
const { summary } = manifest;

describe('describeRun', () => {
  it('tells what the record says, and which settings were given', () => {
    expect(describeRun(manifest, null, none)).toMatchObject({
      ...{
        id: manifest.run_id,
        payer: 'aetna',
        seconds: 45.24,
        providerRows: 50_000,
        chunks: null,
        previous: null,
      },
      settings: [{ name: 'memory_limit_mb', value: '512', origin: 'flag' }],
      memory: { peakMb: 1_234, limitMb: 512 },
      balance: { read: 1_000_000, rejected: 0, duplicates: 998_997, known: 3, inserted: 1_000 },
      groups: { total: 40, facts: 1_003, npi: { groups: 38, facts: 1_002 }, ratesWithoutProviders: 2 },
    });
  });

  it('shows rejected rows that were found, else the one that the record keeps', () => {
    const kept = { file: '/in/rates.parquet', file_row_number: 1_234, values: { code: null }, query: '' };
    const rejecting = manifestOf({
      summary: {
        ...summary,
        rejects: { rates: { rate_missing: 9 }, providers: { odd: 1 } },
        reject_examples: { rates: { rate_missing: kept }, providers: {} },
      },
    });
    const [first, second] = describeRun(rejecting, null, none).rejects.rows;
    const example = { title: 'row 1,234 of rates.parquet', values: [{ name: 'code', value: null }] };
    expect(first).toEqual({
      ...{
        source: 'rates',
        reason: 'rate_missing',
        about: 'rates without a price',
        rows: 9,
        examples: [example],
      },
    });
    expect(second).toMatchObject({ source: 'providers', about: '', examples: [] });
    const found = { title: 'row 1 of b.parquet', values: [] };
    const [shown] = describeRun(rejecting, null, { ...none, rates: { rate_missing: [found] } }).rejects.rows;
    expect(shown?.examples).toEqual([found]);
  });

  it('keeps to as many reasons as a page has room for, and says how many there are', () => {
    const warnings = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`reason-${index}`, 1]));
    const shown = describeRun(manifestOf({ summary: { ...summary, warnings } }), null, none).warnings;
    expect([shown.total, shown.rows.length]).toEqual([10_000, 40]);
  });

  it('sets the run before beside it', () => {
    expect(describeRun(manifest, manifestOf({ run_id: 'before' }), none).previous).toEqual({
      ...{ id: 'before', startedAt: '2025-08-01T00:00:00.000Z', seconds: 45.24, steps: summary.steps },
      ...{ peakMb: 1_234, read: 1_000_000, rejected: 0, inserted: 1_000, facts: 1_005 },
    });
  });
});
