import type { Config } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import type { RunOptions } from './run-options.js';
import { flagOf } from './setting-flags.js';

/** The command line of a process that loads one payer as this one would, but within its share of memory and threads. */
export function childArguments(
  payer: string,
  { config: file, force, report, resume, verbose, quiet, progress }: RunOptions,
  flags: ReadonlyMap<SettingName, string>,
  { settings }: Config,
): string[] {
  const given = new Map(flags)
    .set('memory_limit_mb', String(settings.memory_limit_mb))
    .set('threads', String(settings.threads));
  const switches = {
    '--force': force,
    '--report': report,
    '--no-resume': !resume,
    '--verbose': verbose,
    '--quiet': quiet,
    '--no-progress': !progress,
  };
  return [
    // a value that begins with a dash is one only behind the sign
    ...['run', `--payer=${payer}`, '--output-format=json'],
    ...(file === undefined ? [] : [`--config=${file}`]),
    ...[...given].map(([setting, text]) => `${flagOf(setting)}=${text}`),
    ...Object.entries(switches).flatMap(([flag, isGiven]) => (isGiven ? [flag] : [])),
  ];
}
