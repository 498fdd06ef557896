import type { BenchmarkRequest, Growth } from '../benchmark/benchmark.js';
import type { Measure } from '../benchmark/recommend.js';
import { programVersion } from '../pipeline/program-version.js';
import type { BenchmarkPage, Measured } from './page-data.js';
import { renderPage } from './render.js';
import { writePage } from './write-page.js';

/** What a benchmark came to. */
interface Benchmark {
  readonly request: BenchmarkRequest;
  readonly rows: number;
  readonly results: readonly Measure[];
  readonly best: Measure | undefined;
  readonly growth: readonly Growth[];
}

/** Writes a page about a benchmark. Throws `output` where it cannot be written. */
export async function reportBenchmark(path: string, benchmark: Benchmark): Promise<void> {
  await writePage(path, await renderPage('etl1 benchmark', describeBenchmark(benchmark)));
}

export function describeBenchmark({ request, rows, results, best, growth }: Benchmark): BenchmarkPage {
  const { input, turns, settings } = request;
  const whole = best && growth.length > 0 ? [measured(rows, best)] : [];
  return {
    kind: 'benchmark',
    madeAt: new Date().toISOString(),
    madeBy: `etl1 ${programVersion()}`,
    input: typeof input === 'number' ? 'generated rates' : input.rates,
    rows,
    turns,
    limitMb: settings.memory_limit_mb,
    threads: settings.threads === null ? 'every core' : String(settings.threads),
    sizes: results
      .toSorted((one, other) => one.chunkSize - other.chunkSize)
      .map((measure) => measured(rows, measure)),
    recommended: best?.chunkSize ?? null,
    growth: [...growth.map(({ rows: part, measure }) => measured(part, measure)), ...whole],
  };
}

function measured(rows: number, { chunkSize, seconds, peakRssMb, steps }: Measure): Measured {
  return { rows, chunkSize, seconds, peakMb: Math.round(peakRssMb), steps: { ...steps } };
}
