import { EtlError } from '../errors.js';
import { type SettingName, settingNames } from './settings.js';
import type { YamlFile } from './yaml.js';

/** Keys below which a file may write the settings that begin with them: `spark: {master: yarn}` is `spark_master: yarn`. */
const sections = ['spark'] as const;
type Section = (typeof sections)[number];

/** What may stand below a section, each with the setting that it is. */
export function partsOf(section: Section): readonly (readonly [part: string, name: SettingName])[] {
  return settingNames.flatMap((name) =>
    name.startsWith(`${section}_`) ? [[name.slice(section.length + 1), name] as const] : [],
  );
}

/** A file with every section written out. Throws `config` where a setting is there twice. */
export function unfoldSections({ path, values, lines }: YamlFile): YamlFile {
  const unfolded = new Map<string, unknown>();
  const linesOf = new Map<string, number>();
  for (const [key, value] of values) {
    for (const [name, part] of unfold(key, value)) {
      if (unfolded.has(name)) throw givenTwice(`${path}:${lines.get(key) ?? 1}`, name);
      unfolded.set(name, part);
      linesOf.set(name, lines.get(key) ?? 1);
    }
  }
  return { path, values: unfolded, lines: linesOf };
}

function unfold(key: string, value: unknown): readonly (readonly [name: string, value: unknown])[] {
  const section = sections.find((name) => name === key);
  if (section && typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).map(([part, inner]) => [`${section}_${part}`, inner]);
  return [[key, value]];
}

function givenTwice(place: string, name: string): EtlError {
  return new EtlError('config', `${place}: ${name} is given twice; expected it once`, {
    step: 'reading the configuration',
    hint: 'leave one of the two out; `etl1 config show` prints what is in force once the file is right',
  });
}
