import { type Command, Option } from 'commander';
import { writeResult } from './output.js';
import { addSettingFlags } from './setting-flags.js';

/** `etl1 config show`: what is in force, and why. */
export function addConfigCommand(program: Command): void {
  const config = program.command('config').description('look at the configuration');
  const show = config
    .command('show', { isDefault: true })
    .description('print every setting with its value and where it came from')
    .addOption(
      new Option('--output-format <format>', 'what stdout gets')
        .choices(['summary', 'json'])
        .default('summary'),
    );
  addSettingFlags(show).action(async (raw: Record<string, unknown>) => {
    const { showConfig } = await import('./show-config.js');
    await writeResult(showConfig(raw));
  });
}
