import type { Command } from 'commander';
import type { SettingName } from '../config/settings.js';
import { outputFormatOption } from './output-format.js';
import type { OutputsOptions } from './outputs-options.js';
import { addSettingFlags, givenSettings, ofOutputs } from './setting-flags.js';

/** What is to be validated: options of its own, and the texts given for settings. */
export type ValidateAction = (
  options: OutputsOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 validate`: whether the outputs are sound. */
export function addValidateCommand(program: Command, act: ValidateAction): void {
  const command = program
    .command('validate')
    .description('check keys, references and values of the outputs')
    .addOption(outputFormatOption())
    .option('-v, --verbose', 'print a stack with an error')
    .option('-q, --quiet', 'print only errors and warnings')
    .option('--no-progress', 'print no progress');
  addSettingFlags(command, ofOutputs).action(async (raw: Record<string, unknown>) => {
    const { readOutputsOptions } = await import('./outputs-options.js');
    await act(readOutputsOptions(raw), givenSettings(raw));
  });
}
