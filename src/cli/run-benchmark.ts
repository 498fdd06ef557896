import { type BenchmarkRequest, benchmark, type InputPair } from '../benchmark/benchmark.js';
import { ChildFailure } from '../benchmark/child.js';
import { condense, recommend } from '../benchmark/recommend.js';
import { loadConfig } from '../config/load.js';
import type { SettingName, Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import type { BenchmarkOptions } from './benchmark-options.js';
import { benchmarkAsJson, benchmarkAsText, measureAsLine } from './benchmark-report.js';
import { count } from './format.js';
import { interpretFlags } from './interpret-flags.js';
import { writeNote, writeResult } from './output.js';
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

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A run describes its failure itself; the generator of input does not. */
function failureAsJson(thrown: unknown): string {
  if (!(thrown instanceof ChildFailure)) return asJson({ status: 'failed', error: describeError(thrown) });
  const { exitCode: exit_code, message, stdout } = thrown;
  return stdout || asJson({ status: 'failed', error: { exit_code, step: null, message, hint: null } });
}

function requestOf(options: BenchmarkOptions, flags: ReadonlyMap<SettingName, string>): BenchmarkRequest {
  const { payer, chunkSizes, turns, config: file } = options;
  const { settings } = loadConfig({ flags: interpretFlags(flags), flagNamed: flagOf, file });
  return { payer, input: inputOf(options, settings), chunkSizes, turns, settings };
}

async function measure(
  request: BenchmarkRequest,
  { quiet, progress }: BenchmarkOptions,
  signal: AbortSignal,
) {
  const say = quiet || !progress ? () => {} : writeNote;
  const { rows, measures } = await benchmark(
    request,
    (event) => {
      if (event.type === 'making-input') say(`Generating ${count(event.rows)} rates`);
      else say(`Run ${event.run}/${event.runs}: ${measureAsLine(event.measure)}`);
    },
    signal,
  );
  const results = condense(measures);
  return { request, rows, results, best: recommend(results) };
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
