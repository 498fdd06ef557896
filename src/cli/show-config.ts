import { z } from 'zod';
import { environmentVariable } from '../config/environment.js';
import { hideSecrets } from '../config/hide-secrets.js';
import { loadConfig } from '../config/load.js';
import { settingNamed, settingNames } from '../config/settings.js';
import { alignLeft } from './format.js';
import { interpretFlags } from './interpret-flags.js';
import { asJson, outputFormats } from './output-format.js';
import { flagOf, givenSettings } from './setting-flags.js';

const optionsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
});

/** Every setting with its value and origin, as YAML with comments or as JSON, by what the parser of flags found. */
export function showConfig(raw: Readonly<Record<string, unknown>>): string {
  const { config: file, outputFormat } = optionsSchema.parse(raw);
  const flags = interpretFlags(givenSettings(raw));
  const config = loadConfig({ flags, flagNamed: flagOf, file });
  const settings = settingNames.map((name) => ({
    name,
    value: hideSecrets(config.settings[name]),
    origin: config.origins.get(name) ?? 'default',
    variable: environmentVariable(name),
    why: settingNamed(name).why,
  }));
  if (outputFormat === 'json') {
    const byName = Object.fromEntries(
      settings.map(({ name, value, origin, variable }) => [name, { value, origin, variable }]),
    );
    return asJson({ file: config.file, settings: byName });
  }
  const lines = alignLeft(
    settings.map(({ name, value, origin, why }) => [`${name}: ${JSON.stringify(value)}`, `# ${origin}`, why]),
  );
  return [`# file: ${config.file ?? 'none'}`, ...lines].join('\n').concat('\n');
}
