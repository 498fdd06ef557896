import { type Command, Option } from 'commander';
import { z } from 'zod';
import { EtlError } from '../errors.js';
import { addSettingFlags, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({
  payer: z.array(z.string()).default([]),
  config: z.string().optional(),
  ratesFile: z.string().optional(),
  providersFile: z.string().optional(),
  dryRun: z.boolean().default(false),
  outputFormat: z.enum(['summary', 'json']),
  verbose: z.boolean().default(false),
  quiet: z.boolean().default(false),
});

export type RunOptions = z.output<typeof optionsSchema>;

/** `etl1 run`, also without its name: load payers one after the other. */
export function addRunCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('run', { isDefault: true })
    .description('load the files of one or more payers (the default command)')
    .addOption(
      new Option('--payer <name>', 'payer to load; may be repeated').argParser(
        (name, before: string[] = []) => [...before, name],
      ),
    )
    .option('--rates-file <file>', 'rates file, instead of the pattern')
    .option('--providers-file <file>', 'providers file, instead of the pattern')
    .option('--dry-run', 'check configuration and inputs, print the plan, write nothing')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['summary', 'json'])
        .default('summary'),
    )
    .option('-v, --verbose', 'log more, and print stacks of errors')
    .option('-q, --quiet', 'print only warnings and errors');
  addSettingFlags(command).action(async (raw: Record<string, unknown>) => {
    const options = optionsSchema.parse(raw);
    if (options.payer.length === 0) {
      throw new EtlError('usage', 'which payer? --payer is required', {
        step: 'reading the command line',
        hint: '`etl1 --payer aetna` loads the sample; `etl1 --help` lists every flag',
      });
    }
    const { runPayers } = await import('./run-payers.js');
    setExitCode(await runPayers(options, givenSettings(raw)));
  });
}
