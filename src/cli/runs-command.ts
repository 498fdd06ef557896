import type { Command } from 'commander';
import { writeResult } from './output.js';
import { outputFormatOption } from './output-format.js';
import { addSettingFlags } from './setting-flags.js';

/** `etl1 runs`: what ran, and what came of it. */
export function addRunsCommand(program: Command): void {
  const command = program
    .command('runs')
    .description('list the runs that published, or show one')
    .argument('[run-id]', 'the run to show: its id, the beginning of it, or latest')
    .addOption(outputFormatOption());
  addSettingFlags(command).action(async (runId: string | undefined, raw: Record<string, unknown>) => {
    const { showRuns } = await import('./show-runs.js');
    await writeResult(await showRuns(runId, raw));
  });
}
