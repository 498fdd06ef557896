import { type Command, Option } from 'commander';
import type { SettingName } from '../config/settings.js';
import { factLayouts } from '../tables/partitions.js';
import { outputFormatOption } from './output-format.js';
import type { MigrateOptions } from './outputs-options.js';
import { addSettingFlags, givenSettings, ofOutputs } from './setting-flags.js';

/** What facts are to be converted to, and the texts given for settings. */
export type MigrateAction = (
  options: MigrateOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 migrate`: keeps the fact table another way. */
export function addMigrateCommand(program: Command, act: MigrateAction): void {
  const command = program
    .command('migrate')
    .description('convert the fact table to one file, or to partitions')
    .addOption(
      new Option('--to <layout>', 'what fact_layout is to be').choices(factLayouts).makeOptionMandatory(),
    )
    .addOption(outputFormatOption())
    .option('-v, --verbose', 'print a stack with an error')
    .option('-q, --quiet', 'print only errors');
  addSettingFlags(command, ofOutputs).action(async (raw: Record<string, unknown>) => {
    const { readMigrateOptions } = await import('./outputs-options.js');
    await act(readMigrateOptions(raw), givenSettings(raw));
  });
}
