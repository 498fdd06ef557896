import { dump } from 'js-yaml';
import { type SettingName, settingNamed, settingNames } from './settings.js';

/** The file that is read where none is named. */
export const standardFile = 'config/etl1.yaml';

/** The schema that editors check a configuration file by, beside it: the link holds wherever the two are. */
export const schemaFileName = 'etl1.schema.json';

const head = `# yaml-language-server: $schema=${schemaFileName}
# Settings of etl1: each with its default, what it may be, and why it is there.
# A flag beats an environment variable (ETL1_ and the key in capitals), that beats this file, and this file a default.
# \`etl1 config show\` prints what is in force and where each value came from.
`;

/** A configuration file with every setting at its default, to start one's own from. */
export function makeConfigFile(): string {
  return [head, ...settingNames.map(describe)].join('\n');
}

function describe(name: SettingName): string {
  const { fallback, expected, why } = settingNamed(name);
  return `# ${why} (${expected})\n${dump({ [name]: fallback }, { quoteStyle: 'double' })}`;
}
