import { loadConfig } from '../config/load.js';
import type { SettingName, Settings } from '../config/settings.js';
import { interpretFlags } from './interpret-flags.js';
import { notes } from './notes.js';
import { orPrintAsJson } from './or-print-as-json.js';
import type { OutputFormat } from './output-format.js';
import { flagOf } from './setting-flags.js';

/** Does what a command is to do, with its settings. Whoever asked for JSON gets an object also where it fails. */
export function withSettings<T>(
  {
    config: file,
    outputFormat,
  }: { readonly config?: string | undefined; readonly outputFormat: OutputFormat },
  flags: ReadonlyMap<SettingName, string>,
  work: (settings: Settings) => Promise<T>,
): Promise<T> {
  return orPrintAsJson(outputFormat === 'json', () => {
    const { settings } = loadConfig({ flags: interpretFlags(flags), flagNamed: flagOf, file });
    notes.format = settings.log_format;
    return work(settings);
  });
}
