import { environmentVariable } from '../config/environment.js';
import { isSettingName } from '../config/settings.js';
import { flagOf } from './setting-flags.js';

/** What to do instead, where the flag that nobody knows is the key of a setting: its flag has another name, or it has none. */
export function hintForSetting(message: string): string | undefined {
  const [, word = ''] = /unknown option '--([\w-]+)/.exec(message) ?? [];
  const name = word.replaceAll('-', '_');
  if (!isSettingName(name)) return undefined;
  const flag = flagOf(name);
  if (flag === `--${word}`) return undefined;
  return flag === name
    ? `set ${environmentVariable(name)}, or \`${name}:\` in the configuration file`
    : `the flag of ${name} is ${flag}`;
}
