import { type Command, Option } from 'commander';
import type { SettingName } from '../config/settings.js';
import type { BenchmarkOptions } from './benchmark-options.js';
import { outputFormatOption } from './output-format.js';
import { positive } from './positive.js';
import { addSettingFlags, givenSettings, nonEmpty, ofMachine } from './setting-flags.js';

/** What a benchmark is to be: its own options, and the texts given for settings. */
export type BenchmarkAction = (
  options: BenchmarkOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 benchmark`: which chunk size suits a file and a machine. */
export function addBenchmarkCommand(program: Command, act: BenchmarkAction): void {
  const command = program
    .command('benchmark')
    .description('time and memory over chunk sizes')
    .option('--rates <file>', 'rates file to load, instead of a generated one', nonEmpty)
    .option('--providers <file>', 'its providers file', nonEmpty)
    .addOption(
      new Option('--rows <n>', 'rates to generate')
        .argParser(positive)
        .default(1_000_000)
        .conflicts(['rates', 'providers']),
    )
    .option(
      '--chunk-sizes <list>',
      'chunk sizes to try',
      wholeNumbers,
      [25_000, 50_000, 100_000, 200_000, 500_000],
    )
    .option('--turns <n>', 'how often each has its turn; medians are printed', positive, 1)
    .option('--payer <name>', 'payer of the files', 'aetna')
    .option('--report [file]', 'also draw it as a page, etl1-benchmark.html', nonEmpty)
    .addOption(outputFormatOption())
    .option('-q, --quiet', 'print only the result and errors')
    .option('--no-progress', 'print no progress');
  addSettingFlags(command, ofMachine).action(async (raw: Record<string, unknown>) => {
    const { readBenchmarkOptions } = await import('./benchmark-options.js');
    await act(readBenchmarkOptions(raw), givenSettings(raw));
  });
}

function wholeNumbers(text: string): number[] {
  return [...new Set(text.split(',').map(positive))];
}
