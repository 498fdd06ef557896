import type {
  CodeSpread,
  FactsPart,
  LabelledSpread,
  RunPage,
  Spread,
} from '../../../src/report/page-data.js';

/** A page to render, with values of its own. */

const spread: Spread = {
  ...{ rates: 10, zeros: 1, percentages: 2, outliers: 3, unit: 'dollars' },
  ...{ min: 0, q1: 10, median: 20, q3: 40, max: 900, least: 5 },
};

export function labelledAs(label: string, values: Partial<Spread> = {}): LabelledSpread {
  return { ...spread, ...values, label };
}

export function codeOf(code: string, about: string, values: Partial<Spread> = {}): CodeSpread {
  return { ...spread, ...values, type: 'CPT', code, about };
}

const some = <T>(...rows: T[]) => ({ total: rows.length, rows });

export function factsWith(values: Partial<FactsPart> = {}): FactsPart {
  return {
    ...{ rates: 10, unusable: 0, overall: spread },
    histogram: [
      { from: 1, to: 10, rates: 3 },
      { from: 10, to: 100, rates: 6 },
    ],
    codes: some(codeOf('99213', 'Office visit'), codeOf('11042', 'Debridement', { rates: 4 })),
    classes: some(labelledAs('professional'), labelledAs('')),
    types: some(labelledAs('negotiated'), labelledAs('percentage', { unit: 'percent' })),
    posSets: some(labelledAs('11 22')),
    months: some(labelledAs('2025-08'), labelledAs('2025-07')),
    groupSizes: [
      { size: '0', npi: 1, tin: 0 },
      { size: '1', npi: 9, tin: 10 },
    ],
    ...values,
  };
}

export function pageWith(
  run: Partial<RunPage['run']> = {},
  outputs: Partial<RunPage['outputs']> = {},
): RunPage {
  return {
    kind: 'run',
    madeAt: '2025-09-01T00:00:00.000Z',
    madeBy: 'etl1 0.1.0',
    run: {
      ...{ id: '20250901T000000Z-abcdef', payer: 'aetna', state: 'GA', period: '202508' },
      ...{ startedAt: '2025-09-01T00:00:00.000Z', finishedAt: '2025-09-01T00:00:05.000Z', host: 'here' },
      ...{ dataRoot: '/data', seconds: 5, resumedChunks: 0, versions: [{ name: 'etl1', version: '0.1.0' }] },
      inputs: [{ source: 'rates', path: '/data/rates.parquet', rows: 100, bytes: 1000, footer: 'abcdef' }],
      settings: [{ name: 'chunk_size', value: '1000', origin: 'flag' }],
      tables: [{ name: 'fact_rate', inserted: 10, filled: 0, kept: 20, removed: 0, total: 30, bytes: 5000 }],
      balance: { read: 100, rejected: 5, duplicates: 65, known: 20, inserted: 10 },
      providerRows: 50,
      groups: {
        ...{ total: 10, facts: 30, npi: { groups: 9, facts: 29 }, tin: { groups: 10, facts: 30 } },
        ...{ ratesWithoutProviders: 1, providersWithoutRates: 0 },
      },
      rejects: some({
        ...{ source: 'rates', reason: 'rate_missing', about: 'rates without a price', rows: 5 },
        examples: [{ title: 'row 7 of rates.parquet', values: [{ name: 'billing_code', value: null }] }],
      }),
      rejectsFolder: '/data/rejects/x',
      warnings: some({ reason: 'rate_zero', about: 'rates of 0', rows: 1, examples: [] }),
      leftOut: some(),
      steps: { rates: 3, providers: 1, merge: 1, publish: 0.01 },
      memory: { peakMb: 300, limitMb: 512 },
      chunks: {
        total: 2,
        points: [
          { source: 'rates', chunks: 1, rows: 50, seconds: 1, ended: 1, rssMb: 200 },
          { source: 'rates', chunks: 1, rows: 50, seconds: 2, ended: 3, rssMb: 300 },
        ],
        slowest: [{ source: 'rates', chunk: 2, firstRow: 50, rows: 50, seconds: 2, rssMb: 300 }],
      },
      previous: null,
      ...run,
    },
    outputs: {
      ...{ lookedAt: '2025-09-01T00:00:06.000Z', scope: 'the rates of aetna', changed: null, problem: null },
      facts: factsWith(),
      ...outputs,
    },
  };
}
