import { hideSecrets } from '../config/hide-secrets.js';
import type { Config } from '../config/load.js';
import { type SettingName, settingNamed, settingNames } from '../config/settings.js';
import { alignLeft, wrap } from './format.js';

/**
 * Every setting with its value and where that came from: those that differ from the defaults line by line, the others folded by
 * origin; with `verbose` all line by line.
 */
export function settingsAsLines(config: Config, verbose: boolean): string[] {
  const isListed = (name: SettingName) => verbose || differs(config, name);
  const listed = settingNames
    .filter(isListed)
    .map((name) => [name, printed(config, name), `from ${config.origins.get(name)}`]);
  const folded = settingNames.filter((name) => !isListed(name));
  const origins = [...new Set(folded.map((name) => config.origins.get(name)))];
  return [
    `settings (configuration file: ${config.file ?? 'none'})`,
    ...alignLeft(listed, '  '),
    ...origins.flatMap((origin) => {
      const own = folded.filter((name) => config.origins.get(name) === origin);
      const head = origin === 'default' ? '  by default: ' : `  as by default, from ${origin}: `;
      return wrap(
        head,
        own.map((name) => `${name} ${printed(config, name)}`),
      );
    }),
  ];
}

function differs({ settings }: Config, name: SettingName): boolean {
  return JSON.stringify(settings[name]) !== JSON.stringify(settingNamed(name).fallback);
}

function printed({ settings }: Config, name: SettingName): string {
  return JSON.stringify(hideSecrets(settings[name]));
}
