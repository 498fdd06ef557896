import { type Command, Option } from 'commander';
import type { SettingName } from '../config/settings.js';
import { outputFormatOption } from './output-format.js';
import { positive } from './positive.js';
import type { RunOptions } from './run-options.js';
import { addSettingFlags, flagGroups, givenSettings, nonEmpty } from './setting-flags.js';

/** What a run is to be: its own options, and the texts given for settings. */
export type RunAction = (
  options: RunOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 run`, also without its name: load payers. */
export function addRunCommand(program: Command, act: RunAction): void {
  const command = program
    .command('run', { isDefault: true })
    .description('load payers (the default command)')
    .optionsGroup(flagGroups.what)
    .addOption(
      new Option('--payer <name>', 'payer to load; may be repeated').argParser(
        (name, before: string[] = []) => [...before, name],
      ),
    )
    .option('--all', 'every payer with rates of that state and month')
    .option('--rates-file <file>', 'rates file, instead of the pattern', nonEmpty)
    .option('--providers-file <file>', 'providers file, instead of the pattern', nonEmpty)
    .optionsGroup(flagGroups.how)
    .option('--dry-run', 'check the inputs, print the plan, write nothing')
    .addOption(new Option('--report', 'draw what came of it as a page in data/runs').conflicts('dryRun'))
    .option('--jobs <n>', 'payers at a time, of the same memory together (default: 1)', positive)
    .option('--no-resume', 'start over, whatever an interrupted run has staged')
    .option('--force', 'load again, also onto outputs changed by others')
    .optionsGroup(flagGroups.printed)
    .addOption(outputFormatOption())
    .option('-v, --verbose', 'log more, print what is logged, and stacks of errors')
    .option('-q, --quiet', 'print only warnings and errors')
    .option('--no-progress', 'print no progress')
    .option('--no-color', 'print no colours; NO_COLOR=1 does the same');
  addSettingFlags(command).action(async (raw: Record<string, unknown>) => {
    const { readRunOptions } = await import('./run-options.js');
    await act(readRunOptions(raw), givenSettings(raw));
  });
}
