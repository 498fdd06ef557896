import type { BenchmarkRequest, Growth } from '../benchmark/benchmark.js';
import type { Measure } from '../benchmark/recommend.js';
import { alignColumns, count, counted } from './format.js';

/** What a benchmark came to. */
export interface BenchmarkReport {
  readonly request: BenchmarkRequest;
  /** Rates that each run loaded. */
  readonly rows: number;
  /** One per chunk size. */
  readonly results: readonly Measure[];
  readonly best: Measure | undefined;
  /** What fewer rows took; none where that was not asked for. */
  readonly growth: readonly Growth[];
}

/** The benchmark for a program. */
export function benchmarkAsJson({ request, rows, results, best, growth }: BenchmarkReport): object {
  const { input, turns, settings } = request;
  return {
    status: 'measured',
    input: typeof input === 'number' ? 'generated' : input,
    rows,
    turns,
    memory_limit_mb: settings.memory_limit_mb,
    threads: settings.threads,
    results: results.map((measure) => ({
      chunk_size: measure.chunkSize,
      seconds: measure.seconds,
      rows_per_second: rowsPerSecond(rows, measure),
      peak_rss_mb: Math.round(measure.peakRssMb),
      steps: measure.steps,
    })),
    recommended_chunk_size: best?.chunkSize ?? null,
    growth: growth.map(({ rows: grown, measure }) => ({
      rows: grown,
      chunk_size: measure.chunkSize,
      seconds: measure.seconds,
      peak_rss_mb: Math.round(measure.peakRssMb),
    })),
  };
}

/** The benchmark for a person: a table, and the line for the configuration. */
export function benchmarkAsText({ request, rows, results, best }: BenchmarkReport): string {
  const { input, turns, settings } = request;
  const what = typeof input === 'number' ? 'generated rates' : `rates of ${input.rates}`;
  const memory = `memory limit ${count(settings.memory_limit_mb)} MB`;
  const header = ['chunk size', 'seconds', 'rows/s', 'peak MB', 'rates', 'providers', 'merge', 'publish'];
  const lines = [
    `${count(rows)} ${what}, ${memory}, ${counted(turns, 'turn')}; seconds of whole runs, then of their steps`,
    ...alignColumns([header, ...results.map((measure) => cellsOf(measure, rows))]),
    ...(best ? recommendation(best) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A run in a line, for whoever waits. */
export function measureAsLine({ chunkSize, seconds, peakRssMb }: Measure): string {
  return `chunk_size ${count(chunkSize)}: ${seconds.toFixed(1)} seconds, peak memory ${count(Math.round(peakRssMb))} MB`;
}

function cellsOf(measure: Measure, rows: number): string[] {
  const { chunkSize, seconds, peakRssMb, steps } = measure;
  const times = [steps.rates, steps.providers, steps.merge, steps.publish];
  return [
    count(chunkSize),
    seconds.toFixed(2),
    count(rowsPerSecond(rows, measure)),
    count(Math.round(peakRssMb)),
    ...times.map((time) => time.toFixed(2)),
  ];
}

function recommendation({ chunkSize }: Measure): string[] {
  return [
    'the least memory among the fastest (within 5 %); for config/etl1.yaml:',
    `chunk_size: ${chunkSize}`,
  ];
}

function rowsPerSecond(rows: number, { seconds }: Measure): number {
  return Math.round(rows / seconds);
}
