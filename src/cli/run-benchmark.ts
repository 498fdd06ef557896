import { resolve } from 'node:path';
import { type BenchmarkRequest, benchmark, type InputPair } from '../benchmark/benchmark.js';
import { ChildFailure } from '../benchmark/child.js';
import { condense, recommend } from '../benchmark/recommend.js';
import { loadConfig } from '../config/load.js';
import type { SettingName, Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import type { BenchmarkOptions } from './benchmark-options.js';
import { type BenchmarkReport, benchmarkAsJson, benchmarkAsText, measureAsLine } from './benchmark-report.js';
import { expectFiles } from './expect-files.js';
import { count } from './format.js';
import { interpretFlags } from './interpret-flags.js';
import { notes } from './notes.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import { describeError } from './print-error.js';
import { flagOf } from './setting-flags.js';

/** The signals that end a benchmark, with the exit code that a shell would give. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Measures each chunk size, prints what came of it and gives the exit code. */
export async function runBenchmark(
  options: BenchmarkOptions,
  flags: ReadonlyMap<SettingName, string>,
): Promise<number> {
  const isJson = options.outputFormat === 'json';
  const interruption = new AbortController();
  let exitCode = 0;
  const stop = (signal: keyof typeof exitCodes) => {
    exitCode = exitCodes[signal];
    interruption.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const report = await measure(requestOf(options, flags), options, interruption.signal);
    await writeResult(isJson ? asJson(benchmarkAsJson(report)) : benchmarkAsText(report));
    if (options.report !== false) await draw(report, options);
    return exitCode;
  } catch (thrown) {
    if (interruption.signal.aborted) return exitCode;
    if (isJson) await writeResult(failureAsJson(thrown));
    // it has said why itself
    if (thrown instanceof ChildFailure) return thrown.exitCode;
    throw thrown;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Where the page goes that nobody named a place for. */
const pageFile = 'etl1-benchmark.html';

async function draw(report: BenchmarkReport, { report: file, quiet }: BenchmarkOptions): Promise<void> {
  const { reportBenchmark } = await import('../report/report-benchmark.js');
  const path = resolve(typeof file === 'string' ? file : pageFile);
  await reportBenchmark(path, report);
  if (!quiet) notes.say(`Report: ${path}`, { report: path });
}

/** A run describes its failure itself; the generator of input does not. */
function failureAsJson(thrown: unknown): string {
  if (!(thrown instanceof ChildFailure)) return asJson({ status: 'failed', error: describeError(thrown) });
  const { exitCode: exit_code, message, stdout } = thrown;
  return stdout || asJson({ status: 'failed', error: { exit_code, step: null, message, hint: null } });
}

function requestOf(options: BenchmarkOptions, flags: ReadonlyMap<SettingName, string>): BenchmarkRequest {
  const { payer, chunkSizes, turns, report, config: file } = options;
  const { settings } = loadConfig({ flags: interpretFlags(flags), flagNamed: flagOf, file });
  notes.format = settings.log_format;
  expectFiles('benchmark', settings);
  const growth = report !== false;
  return { payer, input: inputOf(options, settings), chunkSizes, turns, growth, settings };
}

async function measure(
  request: BenchmarkRequest,
  { quiet, progress }: BenchmarkOptions,
  signal: AbortSignal,
): Promise<BenchmarkReport> {
  const say = quiet || !progress ? () => {} : (line: string) => notes.say(line);
  const { rows, measures, growth } = await benchmark(
    request,
    (event) => {
      if (event.type === 'making-input') say(`Generating ${count(event.rows)} rates`);
      else if (event.type === 'grown') say(`${count(event.rows)} rates: ${measureAsLine(event.measure)}`);
      else say(`Run ${event.run}/${event.runs}: ${measureAsLine(event.measure)}`);
    },
    signal,
  );
  const results = condense(measures);
  return { request, rows, results, best: recommend(results), growth };
}

function inputOf({ rates, providers, rows }: BenchmarkOptions, settings: Settings): InputPair | number {
  if (rates === undefined && providers === undefined) return rows;
  if (rates !== undefined && (providers !== undefined || settings.providers === 'optional'))
    return { rates, providers: providers ?? null };
  const [given, missing] = rates === undefined ? ['providers', 'rates'] : ['rates', 'providers'];
  throw new EtlError('usage', `--${given} needs the other file of its pair; found no --${missing}`, {
    step: 'reading the command line',
    hint: '`etl1 benchmark --rates <file> --providers <file>`, or neither for generated files',
  });
}
