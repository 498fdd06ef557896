import { type Command, Option } from 'commander';
import type { SettingName } from '../config/settings.js';
import type { RunOptions } from './run-options.js';
import { addSettingFlags, givenSettings, nonEmpty } from './setting-flags.js';

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
    .option('--no-resume', 'start over, though an interrupted run has left chunks to go on with')
    .option('--force', 'load also what was loaded before, and onto outputs that something else changed')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['summary', 'json'])
        .default('summary'),
    )
    .option('-v, --verbose', 'log more, and print stacks of errors')
    .option('-q, --quiet', 'print only warnings and errors')
    .option('--no-progress', 'print no progress');
  addSettingFlags(command).action(async (raw: Record<string, unknown>) => {
    const { readRunOptions } = await import('./run-options.js');
    await act(readRunOptions(raw), givenSettings(raw));
  });
}
