import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { EtlError } from '../errors.js';
import type { SampleOptions } from '../sample/options.js';
import { bytes, count } from './format.js';
import { writeResult } from './output.js';

const optionsSchema = z.object({
  directory: z.string(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  rates: z.number(),
  providers: z.number(),
  seed: z.number(),
  force: z.boolean().default(false),
});

/** `etl1 sample`: a synthetic input pair to try things on. */
export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .description('write a realistic, synthetic input pair')
    .option('--directory <dir>', 'where to write it', 'data/input')
    .option('--payer <name>', 'payer in the file names', 'aetna')
    .option('--state <code>', 'state in the file names', 'ga')
    .option('--period <yyyymm>', 'month of the files', '202508')
    .option('--rates <n>', 'rows of rates', wholeNumber, 20_000)
    .option('--providers <n>', 'rows of providers', wholeNumber, 2_000)
    .option('--seed <n>', 'the same seed gives the same files', wholeNumber, 1)
    .option('--force', 'overwrite files that are there')
    .action(async (raw: Record<string, unknown>) => {
      const { force, ...options } = optionsSchema.parse(raw);
      if (!force) refuseToOverwrite(options);
      const { writeSample } = await import('../sample/write-sample.js');
      const written = await writeSample(options);
      for (const { path, rows, bytes: size } of [written.rates, written.providers]) {
        await writeResult(`${path}: ${count(rows)} rows, ${bytes(size)}\n`);
      }
    });
}

/** A pair of that name may be real data. */
function refuseToOverwrite({ directory, payer, state, period }: SampleOptions): void {
  for (const source of ['rates', 'providers']) {
    const path = join(directory, `${period}_${payer}_${state.toLowerCase()}_${source}.parquet`);
    if (!existsSync(path)) continue;
    throw new EtlError('output', `${path}: is there already`, {
      step: 'writing a sample',
      hint: '`--force` overwrites it; `--directory` writes elsewhere',
    });
  }
}

function wholeNumber(text: string): number {
  const number = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('expected a whole number');
  return number;
}
