import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { SettingName } from '../config/settings.js';
import { addSettingFlags, givenSettings, nonEmpty } from './setting-flags.js';

const optionsSchema = z.looseObject({
  payer: z.array(z.string()).default([]),
  config: z.string().optional(),
  ratesFile: z.string().optional(),
  providersFile: z.string().optional(),
  dryRun: z.boolean().default(false),
  outputFormat: z.enum(['summary', 'json']),
  progress: z.boolean().default(true),
  verbose: z.boolean().default(false),
  quiet: z.boolean().default(false),
});

export type RunOptions = z.output<typeof optionsSchema>;

/** What a run is to be: its own options, and the texts given for settings. */
export type RunAction = (
  options: RunOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 run`, also without its name: load payers one after the other. */
export function addRunCommand(program: Command, act: RunAction): void {
  const command = program
    .command('run', { isDefault: true })
    .description('load the files of one or more payers (the default command)')
    .addOption(
      new Option('--payer <name>', 'payer to load; may be repeated').argParser(
        (name, before: string[] = []) => [...before, name],
      ),
    )
    .option('--rates-file <file>', 'rates file, instead of the pattern', nonEmpty)
    .option('--providers-file <file>', 'providers file, instead of the pattern', nonEmpty)
    .option('--dry-run', 'check configuration and inputs, print the plan, write nothing')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['summary', 'json'])
        .default('summary'),
    )
    .option('-v, --verbose', 'log more, and print stacks of errors')
    .option('-q, --quiet', 'print only warnings and errors')
    .option('--no-progress', 'print no progress');
  addSettingFlags(command).action((raw: Record<string, unknown>) =>
    act(optionsSchema.parse(raw), givenSettings(raw)),
  );
}
