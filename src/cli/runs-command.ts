import { type Command, Option } from 'commander';
import { writeResult } from './output.js';
import { addSettingFlags } from './setting-flags.js';

/** `etl1 runs`: what ran, and what came of it. */
export function addRunsCommand(program: Command): void {
  const command = program
    .command('runs')
    .description('list the runs that published into the data root, or show one')
    .argument('[run-id]', 'the run to show')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['summary', 'json'])
        .default('summary'),
    );
  addSettingFlags(command).action(async (runId: string | undefined, raw: Record<string, unknown>) => {
    const { reportRuns } = await import('./report-runs.js');
    await writeResult(reportRuns(runId, raw));
  });
}
