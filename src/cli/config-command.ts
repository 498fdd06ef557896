import type { Command } from 'commander';
import { writeResult } from './output.js';
import { outputFormatOption } from './output-format.js';
import { addSettingFlags, nonEmpty } from './setting-flags.js';

/** `etl1 config`: write a file to start from, see what is in force and why, get the schema for editors. */
export function addConfigCommand(program: Command): void {
  const config = program.command('config').description('write, show or describe the configuration');
  addShow(config);
  addInit(config);
  addSchema(config);
}

function addShow(config: Command): void {
  const show = config
    .command('show', { isDefault: true })
    .description('print every setting with its value and where it came from')
    .addOption(outputFormatOption());
  addSettingFlags(show).action(async (raw: Record<string, unknown>) => {
    const { showConfig } = await import('./show-config.js');
    await writeResult(showConfig(raw));
  });
}

function addInit(config: Command): void {
  config
    .command('init')
    .description('write a file with every setting at its default and a line of why')
    .argument('[file]', 'the file to write (default: config/etl1.yaml)', nonEmpty)
    .option('--force', 'overwrite a file that is there')
    .action(async (file: string | undefined, raw: Record<string, unknown>) => {
      const { initConfig } = await import('./init-config.js');
      await writeResult(initConfig(file, raw));
    });
}

function addSchema(config: Command): void {
  config
    .command('schema')
    .description('print a JSON Schema of the file, by which editors check and complete it')
    .action(async () => {
      const { makeJsonSchema } = await import('../config/json-schema.js');
      await writeResult(makeJsonSchema());
    });
}
