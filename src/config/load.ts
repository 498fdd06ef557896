import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodError } from 'zod';
import { EtlError } from '../errors.js';
import { checkNames } from '../tables/checks.js';
import { tables } from '../tables/tables.js';
import { addressHint, isAddress } from './address.js';
import { suggestValue } from './choices.js';
import { standardFile } from './config-file.js';
import { type Environment, environmentVariable, thisEnvironment } from './environment.js';
import { hideSecrets } from './hide-secrets.js';
import { unfoldSections } from './sections.js';
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
export type Origin = 'program' | 'flag' | 'environment' | 'file' | 'default';

export interface Config {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<SettingName, Origin>;
  /** The configuration file that was read, if any. */
  readonly file: string | null;
}

export interface ConfigSources {
  /** Values given by the program that calls, by setting. */
  readonly overrides?: Given;
  /** Values given as flags, by setting. */
  readonly flags?: Given;
  /** What messages call a flag; without it the name of its setting. */
  readonly flagNamed?: (name: SettingName) => string;
  /** A configuration file; without it ETL1_CONFIG, then `config/etl1.yaml` if it is there; null for none. */
  readonly file?: string | null | undefined;
  readonly environment?: Environment;
}

type Given = Readonly<Partial<Record<SettingName, unknown>>>;

const step = 'reading the configuration';

interface Found {
  readonly value: unknown;
  readonly origin: Origin;
  /** What to call the place in a message. */
  readonly place: string;
}

/**
 * Resolves every setting: what a program gives, flag, environment, YAML, default. Throws `config` (`usage` for a flag) that names the
 * place, the key, what was found and what was expected.
 */
export function loadConfig({
  overrides = {},
  flags = {},
  flagNamed = (name) => name,
  file,
  environment = thisEnvironment(),
}: ConfigSources = {}): Config {
  const yaml = readFile(file === undefined ? environment.configFile : file);
  for (const key of Object.keys(overrides)) checkKey(key, key);
  const sources: readonly ((name: SettingName) => Found | null)[] = [
    (name) => inGiven(name, overrides, 'program', name),
    (name) => inGiven(name, flags, 'flag', flagNamed(name)),
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
  checkEngine(settings);
  checkAddress(settings);
  return {
    settings,
    origins: new Map(found.map(([name, { origin }]) => [name, origin])),
    file: yaml?.path ?? null,
  };
}

/** Every setting with its value and where that came from, by name, to be shown and kept: secrets are hidden. */
export function resolvedSettings({
  settings,
  origins,
}: Config): Record<string, { value: unknown; origin: Origin }> {
  return Object.fromEntries(
    settingNames.map((name) => [
      name,
      { value: hideSecrets(settings[name]), origin: origins.get(name) ?? 'default' },
    ]),
  );
}

function readFile(named: string | null | undefined): YamlFile | null {
  if (named === null || (named === undefined && !existsSync(standardFile))) return null;
  const yaml = unfoldSections(readYaml(named ?? standardFile));
  for (const key of yaml.values.keys()) checkKey(key, placeOf(key, yaml));
  return yaml;
}

function checkKey(key: string, place: string): void {
  if (isSettingName(key)) return;
  throw new EtlError(
    'config',
    `${place}: unknown key${suggestion(key, settingNames)}; expected one of the keys of etl1`,
    { step, hint: '`etl1 config show --config /dev/null` prints every key with its default' },
  );
}

function inGiven(name: SettingName, given: Given, origin: Origin, place: string): Found | null {
  const value = given[name];
  return value === undefined ? null : { value, origin, place };
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
  const setting = settingNamed(name);
  const parsed = setting.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const isFlag = origin === 'flag';
  throw new EtlError(
    isFlag ? 'usage' : 'config',
    `${place}: expected ${setting.expected}; found ${showFault(value, parsed.error)}${suggestValue(value, setting)}`,
    {
      step: isFlag ? 'reading the command line' : step,
      hint: hints[origin],
    },
  );
}

/** What is wrong: in a mapping its first key that is not known or has another value, else the value itself. */
function showFault(value: unknown, { issues: [issue] }: ZodError): string {
  const isUnknown = issue?.code === 'unrecognized_keys';
  const key = isUnknown ? issue.keys[0] : issue?.path[0];
  const [, part] = Object.entries(value ?? {}).find(([name]) => name === key) ?? [];
  if (typeof key !== 'string') return showValue(value);
  return `${showValue(key)}: ${showValue(part)}${isUnknown ? suggestion(key, checkNames) : ''}`;
}

const hints: Readonly<Record<Origin, string>> = {
  program: '`etl1 config show` prints every key with its default',
  flag: '`etl1 --help` says what each flag takes',
  environment: 'mend or unset that variable; `etl1 config show` prints what is in force',
  file: 'mend that line; `etl1 config show` prints what is in force once the file is right',
  default: '`etl1 config show` prints what is in force',
};

/** Spark writes a folder of parts, and adds to it without a look at the rest. */
function checkEngine({
  engine,
  fact_layout: layout,
  spark_catalog: catalog,
  spark_root: root,
}: Settings): void {
  if (engine === 'embedded' && catalog !== null)
    throw new EtlError('config', `spark_catalog: found ${catalog}; expected null, as engine is ${engine}`, {
      step,
      hint: 'set engine: spark, which alone knows tables of a catalog, or leave spark_catalog out',
    });
  if (engine === 'embedded' && root !== null)
    throw new EtlError('config', `spark_root: found ${root}; expected null, as engine is ${engine}`, {
      step,
      hint: 'set engine: spark, which alone writes there, or leave spark_root out',
    });
  if (engine === 'embedded' || catalog !== null || layout === 'partitioned') return;
  throw new EtlError('config', `fact_layout: found ${layout}; expected partitioned, as engine is ${engine}`, {
    step,
    hint: 'set fact_layout: partitioned; `etl1 migrate --to partitioned` converts facts that are there',
  });
}

/** The embedded engine reads files of this machine. */
function checkAddress({ engine, input_dir: folder }: Settings): void {
  if (engine === 'spark' || !isAddress(folder)) return;
  throw new EtlError(
    'config',
    `input_dir: found the address ${folder}; expected a folder as this machine has it, as engine is ${engine}`,
    { step, hint: addressHint },
  );
}

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
