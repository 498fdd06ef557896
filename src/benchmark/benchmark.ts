import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import { withTemporaryFolder } from '../pipeline/temporary-folder.js';
import { runChild } from './child.js';
import { condense, type Measure, recommend } from './recommend.js';

/** The files that every run loads. */
export interface InputPair {
  readonly rates: string;
  /** Null for a payer that has none. */
  readonly providers: string | null;
}

export interface BenchmarkRequest {
  readonly payer: string;
  /** Files to load, or how many rates to make up. */
  readonly input: InputPair | number;
  readonly chunkSizes: readonly number[];
  /** How often each size has its turn. */
  readonly turns: number;
  /** Whether fewer rows are loaded too, to see how time and memory grow: of made-up rates alone. */
  readonly growth: boolean;
  /** What a run goes by; its chunk size and where its files are do not count. */
  readonly settings: Settings;
}

export type BenchmarkEvent =
  | { readonly type: 'making-input'; readonly rows: number }
  | { readonly type: 'measured'; readonly run: number; readonly runs: number; readonly measure: Measure }
  | { readonly type: 'grown'; readonly rows: number; readonly measure: Measure };

export interface BenchmarkResult {
  readonly rows: number;
  /** In the order of the runs. */
  readonly measures: readonly Measure[];
  /** What fewer rows took, with the chunk size that suits all of them; none where that was not asked for. */
  readonly growth: readonly Growth[];
}

/** What some rows took. */
export interface Growth {
  readonly rows: number;
  readonly measure: Measure;
}

/** Shares of the rows that are loaded to see how time and memory grow. */
const growthShares = [1 / 8, 1 / 4, 1 / 2];

/** Published files have about this many rates per provider row. */
const ratesPerProvider = 100;

const summarySchema = z.object({
  processed_rates: z.number(),
  peak_rss_mb: z.number(),
  steps: z.object({ rates: z.number(), providers: z.number(), merge: z.number(), publish: z.number() }),
});

/**
 * Loads the same input with each chunk size in turn, each time as a process of its own and into nothing, in a
 * temporary folder that is gone afterwards, come what may.
 */
export async function benchmark(
  request: BenchmarkRequest,
  observe: (event: BenchmarkEvent) => void,
  signal: AbortSignal,
): Promise<BenchmarkResult> {
  return withTemporaryFolder({ name: 'benchmark', step: 'benchmarking' }, async (folder) => {
    const input = await provideInput(request, folder, observe, signal);
    const turns = Array.from({ length: request.turns }, () => request.chunkSizes).flat();
    const measures: Measure[] = [];
    let rows = 0;
    for (const [index, chunkSize] of turns.entries()) {
      const { processedRates, ...measure } = await load(request, input, chunkSize, folder, signal);
      rows = processedRates;
      measures.push(measure);
      observe({ type: 'measured', run: index + 1, runs: turns.length, measure });
    }
    const growth = await grow(request, recommend(condense(measures)), folder, observe, signal);
    return { rows, measures, growth };
  });
}

/** Loads parts of as many rows, with one chunk size. */
async function grow(
  request: BenchmarkRequest,
  best: Measure | undefined,
  folder: string,
  observe: (event: BenchmarkEvent) => void,
  signal: AbortSignal,
): Promise<Growth[]> {
  const { input: all } = request;
  if (!request.growth || typeof all !== 'number' || !best) return [];
  const grown: Growth[] = [];
  for (const share of growthShares) {
    const rows = Math.ceil(all * share);
    const place = join(folder, `rows-${rows}`);
    const input = await provideInput({ ...request, input: rows }, place, observe, signal);
    const { processedRates: _, ...measure } = await load(request, input, best.chunkSize, folder, signal);
    grown.push({ rows, measure });
    observe({ type: 'grown', rows, measure });
  }
  return grown;
}

/** Makes the input in another process: the memory of this one would count as that of the runs it starts. */
async function provideInput(
  { payer, input, settings }: BenchmarkRequest,
  folder: string,
  observe: (event: BenchmarkEvent) => void,
  signal: AbortSignal,
): Promise<InputPair> {
  if (typeof input !== 'number') return input;
  observe({ type: 'making-input', rows: input });
  const providers = Math.ceil(input / ratesPerProvider);
  const [state, period] = [settings.state.toLowerCase(), '202508'];
  const label = ['--payer', payer, '--state', state, '--period', period];
  const sizes = ['--rates', String(input), '--providers', String(providers)];
  await runChild(['sample', '--directory', folder, ...label, ...sizes], signal);
  const pathOf = (kind: string) => join(folder, `${period}_${payer}_${state}_${kind}.parquet`);
  return { rates: pathOf('rates'), providers: pathOf('providers') };
}

async function load(
  { payer, settings }: BenchmarkRequest,
  { rates, providers }: InputPair,
  chunkSize: number,
  folder: string,
  signal: AbortSignal,
): Promise<Measure & { readonly processedRates: number }> {
  const dataRoot = join(folder, 'data');
  await mkdir(dataRoot, { recursive: true });
  const config = join(dataRoot, 'etl1.yaml');
  const here = { data_root: dataRoot, log_file: join(dataRoot, 'etl1.log'), chunk_size: chunkSize };
  // JSON is YAML
  await writeFile(config, JSON.stringify({ ...settings, ...here }));
  const files = [
    '--rates-file',
    resolve(rates),
    ...(providers ? ['--providers-file', resolve(providers)] : []),
  ];
  const where = ['--config', config, '--data-root', dataRoot, '--payer', payer, ...files];
  const { stdout, seconds, peakRssMb } = await runChild(
    ['run', ...where, '--output-format', 'json', '--no-progress'],
    signal,
  );
  const summary = summarySchema.parse(JSON.parse(stdout));
  await rm(dataRoot, { recursive: true });
  return {
    chunkSize,
    seconds,
    peakRssMb: Math.max(peakRssMb ?? 0, summary.peak_rss_mb),
    steps: summary.steps,
    processedRates: summary.processed_rates,
  };
}
