import type { Command } from 'commander';
import type { SettingName } from '../config/settings.js';
import { outputFormatOption } from './output-format.js';
import type { OutputsOptions } from './outputs-options.js';
import { addSettingFlags, givenSettings, ofOutputs } from './setting-flags.js';

/** What is to be compacted: options of its own, and the texts given for settings. */
export type CompactAction = (
  options: OutputsOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 compact`: joins small parts of partitions. */
export function addCompactCommand(program: Command, act: CompactAction): void {
  const command = program
    .command('compact')
    .description('join small files of a partitioned fact table')
    .addOption(outputFormatOption())
    .option('-v, --verbose', 'print a stack with an error')
    .option('-q, --quiet', 'print only errors')
    .option('--no-progress', 'print no progress');
  addSettingFlags(command, ofOutputs).action(async (raw: Record<string, unknown>) => {
    const { readOutputsOptions } = await import('./outputs-options.js');
    await act(readOutputsOptions(raw), givenSettings(raw));
  });
}
