import { environmentVariable } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { type SettingName, settingNamed, settingNames } from '../config/settings.js';
import { alignLeft } from './format.js';
import { flagOf, interpretFlags } from './setting-flags.js';

/** Every setting with its value and origin, as YAML with comments or as JSON. */
export function showConfig(
  flags: ReadonlyMap<SettingName, string>,
  file: string | undefined,
  format: 'summary' | 'json',
): string {
  const config = loadConfig({ flags: interpretFlags(flags), flagNamed: flagOf, file });
  const settings = settingNames.map((name) => ({
    name,
    value: config.settings[name],
    origin: config.origins.get(name) ?? 'default',
    variable: environmentVariable(name),
    why: settingNamed(name).why,
  }));
  if (format === 'json') {
    const byName = Object.fromEntries(
      settings.map(({ name, value, origin, variable }) => [name, { value, origin, variable }]),
    );
    return `${JSON.stringify({ file: config.file, settings: byName }, null, 2)}\n`;
  }
  const lines = alignLeft(
    settings.map(({ name, value, origin, why }) => [`${name}: ${JSON.stringify(value)}`, `# ${origin}`, why]),
  );
  return [`# file: ${config.file ?? 'none'}`, ...lines].join('\n').concat('\n');
}
