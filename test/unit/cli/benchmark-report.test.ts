import { describe, expect, it } from 'vitest';
import { type BenchmarkReport, benchmarkAsJson, benchmarkAsText } from '../../../src/cli/benchmark-report.js';
import { loadConfig } from '../../../src/config/load.js';

const environment = { settings: new Map(), configFile: undefined, noColor: true };
const { settings } = loadConfig({ environment, file: '/dev/null', flags: { memory_limit_mb: 1_024 } });
const fast = { chunkSize: 200_000, seconds: 10, peakRssMb: 400.4, steps: stepsOf(6) };
const slow = { chunkSize: 25_000, seconds: 20, peakRssMb: 300, steps: stepsOf(16) };

const report: BenchmarkReport = {
  request: {
    payer: 'aetna',
    input: 1_000_000,
    chunkSizes: [25_000, 200_000],
    turns: 3,
    growth: false,
    settings,
  },
  rows: 1_000_000,
  results: [slow, fast],
  best: fast,
  growth: [],
};

function stepsOf(rates: number) {
  return { rates, providers: 0.5, merge: 3.25, publish: 0.01 };
}

describe('benchmarkAsText', () => {
  it('has a row per size and ends with the line for the configuration', () => {
    expect(benchmarkAsText(report)).toBe(
      `1,000,000 generated rates, memory limit 1,024 MB, 3 turns; seconds of whole runs, then of their steps
  chunk size  seconds   rows/s  peak MB  rates  providers  merge  publish
  25,000        20.00   50,000      300  16.00       0.50   3.25     0.01
  200,000       10.00  100,000      400   6.00       0.50   3.25     0.01
the least memory among the fastest (within 5 %); for config/etl1.yaml:
chunk_size: 200000
`,
    );
  });

  it('names the file that was loaded', () => {
    const input = { rates: 'mine/rates.parquet', providers: null };
    const text = benchmarkAsText({ ...report, request: { ...report.request, input, turns: 1 } });
    expect(text).toMatch(/^1,000,000 rates of mine\/rates.parquet, memory limit 1,024 MB, 1 turn;/);
  });
});

describe('benchmarkAsJson', () => {
  it('has what fewer rows took, where that was measured', () => {
    const growth = [{ rows: 500_000, measure: { ...fast, seconds: 5 } }];
    expect(benchmarkAsJson({ ...report, growth })).toMatchObject({
      growth: [{ rows: 500_000, chunk_size: 200_000, seconds: 5, peak_rss_mb: 400 }],
    });
  });

  it('has the same figures', () => {
    expect(benchmarkAsJson(report)).toEqual({
      status: 'measured',
      input: 'generated',
      rows: 1_000_000,
      turns: 3,
      memory_limit_mb: 1_024,
      threads: null,
      results: [
        {
          chunk_size: 25_000,
          seconds: 20,
          rows_per_second: 50_000,
          peak_rss_mb: 300,
          steps: stepsOf(16),
        },
        {
          chunk_size: 200_000,
          seconds: 10,
          rows_per_second: 100_000,
          peak_rss_mb: 400,
          steps: stepsOf(6),
        },
      ],
      recommended_chunk_size: 200_000,
      growth: [],
    });
  });
});
