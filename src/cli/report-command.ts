import type { Command } from 'commander';
import type { SettingName } from '../config/settings.js';
import { outputFormatOption } from './output-format.js';
import type { ReportOptions } from './outputs-options.js';
import { addSettingFlags, givenSettings, nonEmpty, ofOutputs } from './setting-flags.js';

/** What is to be reported on: a run, options of its own, and the texts given for settings. */
export type ReportAction = (
  runId: string,
  options: ReportOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 report`: a page about a run. */
export function addReportCommand(program: Command, act: ReportAction): void {
  const command = program
    .command('report')
    .description('draw a run and its rates as one HTML page')
    .argument('<run-id>', 'the run: its id, the beginning of it, or latest')
    .option('--output <file>', 'the page (default: runs/<run-id>.html in the data root)', nonEmpty)
    .addOption(outputFormatOption())
    .option('-v, --verbose', 'print a stack with an error');
  addSettingFlags(command, ofOutputs).action(async (runId: string, raw: Record<string, unknown>) => {
    const { readReportOptions } = await import('./outputs-options.js');
    await act(runId, readReportOptions(raw), givenSettings(raw));
  });
}
