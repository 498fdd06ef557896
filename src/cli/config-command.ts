import { type Command, Option } from 'commander';
import { z } from 'zod';
import { writeResult } from './output.js';
import { addSettingFlags, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(['summary', 'json']),
});

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
    const options = optionsSchema.parse(raw);
    const { showConfig } = await import('./show-config.js');
    await writeResult(showConfig(givenSettings(raw), options.config, options.outputFormat));
  });
}
