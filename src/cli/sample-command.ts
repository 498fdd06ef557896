import { type Command, InvalidArgumentError } from 'commander';

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
      const { makeSample } = await import('./sample-action.js');
      await makeSample(raw);
    });
}

function wholeNumber(text: string): number {
  const number = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('expected a whole number');
  return number;
}
