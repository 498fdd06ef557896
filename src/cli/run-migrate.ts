import type { SettingName } from '../config/settings.js';
import type { Migration } from '../layout/migrate.js';
import { expectFiles } from './expect-files.js';
import { bytes, counted } from './format.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import type { MigrateOptions } from './outputs-options.js';
import { printable } from './printable.js';
import { withSettings } from './with-settings.js';

/** Keeps the facts another way and prints where they are now. */
export async function runMigrate(
  options: MigrateOptions,
  flags: ReadonlyMap<SettingName, string>,
  signal: AbortSignal,
): Promise<number> {
  const { to, outputFormat, quiet } = options;
  return withSettings(options, flags, async (settings) => {
    expectFiles('migrate', settings);
    const { migrate } = await import('../layout/migrate.js');
    const migration = await migrate(settings, to, signal);
    if (outputFormat === 'json') await writeResult(asJson(migration));
    else if (!quiet) await writeResult(migrationAsText(migration));
    return 0;
  });
}

/** What came of a conversion, and what is to be set for the next load. */
export function migrationAsText({ status, layout, rows, files, bytes: size, path }: Migration): string {
  const facts = `${counted(rows, 'fact')} in ${counted(files, 'file')}, ${bytes(size)}: ${printable(path)}`;
  const lines =
    status === 'unchanged'
      ? [`Nothing to do: facts are ${layout} already`, facts]
      : [`Facts are ${layout} now: every row was compared before the old ones went`, facts];
  return `${[...lines, `Set \`fact_layout: ${layout}\` for the next load`].join('\n')}\n`;
}
