import { existsSync } from 'node:fs';
import { EtlError } from '../errors.js';
import { type Environment, environmentVariable, thisEnvironment } from './environment.js';
import {
  isSettingName,
  type SettingName,
  type Settings,
  settingNamed,
  settingNames,
  settingsSchema,
} from './settings.js';
import { suggestion } from './suggest.js';
import { readYaml, type YamlFile } from './yaml.js';

/** Where a value came from, nearest first. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

export interface Config {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<SettingName, Origin>;
  /** The configuration file that was read, if any. */
  readonly file: string | null;
}

export interface ConfigSources {
  /** Values given as flags or by a program, by setting. */
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>;
  /** A configuration file; without it ETL1_CONFIG, then `config/etl1.yaml` if it is there. */
  readonly file?: string | undefined;
  readonly environment?: Environment;
}

const standardFile = 'config/etl1.yaml';
const step = 'reading the configuration';

interface Found {
  readonly value: unknown;
  readonly origin: Origin;
  /** What to call the place in a message. */
  readonly place: string;
}

/**
 * Resolves every setting: flag, environment, YAML, default. Throws `config` (`usage` for a flag) that names the
 * place, the key, what was found and what was expected.
 */
export function loadConfig({
  flags = {},
  file,
  environment = thisEnvironment(),
}: ConfigSources = {}): Config {
  const yaml = readFile(file ?? environment.configFile);
  const found = settingNames.map((name) => [name, find(name, flags, environment, yaml)] as const);
  const values = Object.fromEntries(found.map(([name, place]) => [name, check(name, place)]));
  return {
    settings: settingsSchema.parse(values),
    origins: new Map(found.map(([name, { origin }]) => [name, origin])),
    file: yaml?.path ?? null,
  };
}

function readFile(named: string | undefined): YamlFile | null {
  if (named === undefined && !existsSync(standardFile)) return null;
  const yaml = readYaml(named ?? standardFile);
  for (const key of yaml.values.keys()) {
    if (isSettingName(key)) continue;
    const line = yaml.lines.get(key);
    throw new EtlError(
      'config',
      `${yaml.path}${line ? `:${line}` : ''}: unknown key ${key}${suggestion(key, settingNames)}`,
      { step, hint: '`etl1 config show` lists every key' },
    );
  }
  return yaml;
}

function find(
  name: SettingName,
  flags: Readonly<Partial<Record<SettingName, unknown>>>,
  environment: Environment,
  yaml: YamlFile | null,
): Found {
  const flag = flags[name];
  if (flag !== undefined) return { value: flag, origin: 'flag', place: name };
  const variable = environment.settings.get(name);
  if (variable !== undefined)
    return { value: variable, origin: 'environment', place: environmentVariable(name) };
  if (yaml?.values.has(name)) {
    const line = yaml.lines.get(name);
    return {
      value: yaml.values.get(name),
      origin: 'file',
      place: `${yaml.path}${line ? `:${line}` : ''}: ${name}`,
    };
  }
  return { value: settingNamed(name).fallback, origin: 'default', place: name };
}

function check(name: SettingName, { value, origin, place }: Found): unknown {
  const { schema, expected } = settingNamed(name);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const kind = origin === 'flag' ? 'usage' : 'config';
  throw new EtlError(kind, `${place}: expected ${expected}; found ${JSON.stringify(value)}`, {
    step,
    hint: '`etl1 config show` prints every setting and where it came from',
  });
}
