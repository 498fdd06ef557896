import { interpret } from '../config/environment.js';
import type { SettingName } from '../config/settings.js';

/** The texts given as flags with what each stands for, as configuration takes it. */
export function interpretFlags(
  given: ReadonlyMap<SettingName, string>,
): Partial<Record<SettingName, unknown>> {
  return Object.fromEntries([...given].map(([name, text]) => [name, interpret(name, text)]));
}
