import { availableParallelism } from 'node:os';
import { type SettingName, settingNamed, settingNames } from './settings.js';

/** What the environment says: settings by name, already of the type that their text stands for. */
export interface Environment {
  readonly settings: ReadonlyMap<SettingName, unknown>;
  readonly configFile: string | undefined;
  readonly noColor: boolean;
}

const prefix = 'ETL1_';

/** The variable of a setting: `chunk_size` is ETL1_CHUNK_SIZE. */
export function environmentVariable(name: SettingName): string {
  return prefix + name.toUpperCase();
}

/** Reads the settings that variables give. */
export function environmentOf(variables: NodeJS.ProcessEnv): Environment {
  const settings = new Map<SettingName, unknown>();
  for (const name of settingNames) {
    const text = variables[environmentVariable(name)];
    if (text !== undefined) settings.set(name, interpret(name, text));
  }
  return {
    settings,
    // empty, as a unit file or a compose file leaves it, is the same as not set
    configFile: variables[`${prefix}CONFIG`] || undefined,
    noColor: (variables['NO_COLOR'] ?? '') !== '',
  };
}

/** What the environment of this process sets. */
export function thisEnvironment(): Environment {
  return environmentOf(process.env);
}

/** Whether the terminal can do no more than print lines. */
export function isTerminalDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}

/** The environment of a process that is to take every setting from its file: this one, without our variables. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith(prefix)));
}

/** A number as people write one: also `50_000` and `1e6`, but not `0x10` or `Infinity`. */
const numeric = /^[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const mapping = /^(?:[^=,]+=[^=,]+(?:,[^=,]+=[^=,]+)*)?$/;

function readMapping(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(pairs.map((pair) => pair.split('=').map((part) => part.trim())));
}

/**
 * What a text given on the command line or in the environment stands for: a number where the setting takes one, null
 * where it takes null and the text is empty or `null`, a mapping where it takes one and the text is as `key=value,key=value`.
 */
export function interpret(name: SettingName, text: string): unknown {
  const { schema } = settingNamed(name);
  if ((text === '' || text === 'null') && schema.safeParse(null).success) return null;
  if (mapping.test(text.trim()) && schema.safeParse({}).success) return readMapping(text);
  if (schema.safeParse(text).success || !numeric.test(text.trim())) return text;
  const number = Number(text.trim().replaceAll('_', ''));
  return schema.safeParse(number).success ? number : text;
}

/** Polars sizes its pool when it is loaded, from a variable. */
export function limitThreads(threads: number): void {
  process.env['POLARS_MAX_THREADS'] = String(threads);
}

/** What the environment says of Apache Spark, and all of it for Spark itself. */
export function sparkEnvironment(): {
  sparkHome: string | undefined;
  path: string | undefined;
  all: NodeJS.ProcessEnv;
} {
  return { sparkHome: process.env['SPARK_HOME'] || undefined, path: process.env['PATH'], all: process.env };
}

/** Cores that this process may use. */
export function coresOf(threads: number | null): number {
  return threads ?? availableParallelism();
}
