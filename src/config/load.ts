import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EtlError } from '../errors.js';
import { tables } from '../tables/tables.js';
import { type Environment, environmentVariable, thisEnvironment } from './environment.js';
import {
  isSettingName,
  type SettingName,
  type Settings,
  settingNamed,
  settingNames,
  settingsSchema,
} from './settings.js';
import { showValue } from './show-value.js';
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
  readonly flags?: Flags;
  /** What messages call a flag; without it the name of its setting. */
  readonly flagNamed?: (name: SettingName) => string;
  /** A configuration file; without it ETL1_CONFIG, then `config/etl1.yaml` if it is there. */
  readonly file?: string | undefined;
  readonly environment?: Environment;
}

type Flags = Readonly<Partial<Record<SettingName, unknown>>>;

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
  flagNamed = (name) => name,
  file,
  environment = thisEnvironment(),
}: ConfigSources = {}): Config {
  const yaml = readFile(file ?? environment.configFile);
  const sources: readonly ((name: SettingName) => Found | null)[] = [
    (name) => inFlags(name, flags, flagNamed),
    (name) => inEnvironment(name, environment),
    (name) => (yaml ? inFile(name, yaml) : null),
  ];
  const find = (name: SettingName): Found => {
    for (const source of sources) {
      const found = source(name);
      if (found) return found;
    }
    return { value: settingNamed(name).fallback, origin: 'default', place: name };
  };
  const found = settingNames.map((name) => [name, find(name)] as const);
  const values = Object.fromEntries(found.map(([name, place]) => [name, check(name, place)]));
  const settings = settingsSchema.parse(values);
  checkOutputs(settings);
  return {
    settings,
    origins: new Map(found.map(([name, { origin }]) => [name, origin])),
    file: yaml?.path ?? null,
  };
}

function readFile(named: string | undefined): YamlFile | null {
  if (named === undefined && !existsSync(standardFile)) return null;
  const yaml = readYaml(named ?? standardFile);
  for (const key of yaml.values.keys()) {
    if (isSettingName(key)) continue;
    throw new EtlError(
      'config',
      `${placeOf(key, yaml)}: unknown key${suggestion(key, settingNames)}; expected one of the keys of etl1`,
      { step, hint: '`etl1 config show --config /dev/null` prints every key with its default' },
    );
  }
  return yaml;
}

function inFlags(name: SettingName, flags: Flags, flagNamed: (name: SettingName) => string): Found | null {
  const value = flags[name];
  return value === undefined ? null : { value, origin: 'flag', place: flagNamed(name) };
}

function inEnvironment(name: SettingName, { settings }: Environment): Found | null {
  const value = settings.get(name);
  return value === undefined ? null : { value, origin: 'environment', place: environmentVariable(name) };
}

function inFile(name: SettingName, yaml: YamlFile): Found | null {
  if (!yaml.values.has(name)) return null;
  return { value: yaml.values.get(name), origin: 'file', place: placeOf(name, yaml) };
}

function placeOf(key: string, { path, lines }: YamlFile): string {
  const line = lines.get(key);
  return `${path}${line === undefined ? '' : `:${line}`}: ${key}`;
}

function check(name: SettingName, { value, origin, place }: Found): unknown {
  const { schema, expected } = settingNamed(name);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const isFlag = origin === 'flag';
  throw new EtlError(
    isFlag ? 'usage' : 'config',
    `${place}: expected ${expected}; found ${showValue(value)}`,
    {
      step: isFlag ? 'reading the command line' : step,
      hint: hints[origin],
    },
  );
}

const hints: Readonly<Record<Origin, string>> = {
  flag: '`etl1 --help` says what each flag takes',
  environment: 'mend or unset that variable; `etl1 config show` prints what is in force',
  file: 'mend that line; `etl1 config show` prints what is in force once the file is right',
  default: '`etl1 config show` prints what is in force',
};

/** Two tables in one file would overwrite each other. */
function checkOutputs(settings: Settings): void {
  const takenBy = new Map<string, string>();
  for (const { name, folder } of tables) {
    const path = join(settings[folder], settings[`${name}_file`]);
    const other = takenBy.get(path);
    if (other === undefined) {
      takenBy.set(path, name);
      continue;
    }
    throw new EtlError(
      'config',
      `${name}_file: expected a file of its own; ${path} is also that of ${other}`,
      {
        step,
        hint: '`etl1 config show` prints the seven files and where each name came from',
      },
    );
  }
}
