import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SettingName } from '../config/settings.js';

/** A flag that gives the value of a setting. */
interface SettingFlag {
  readonly setting: SettingName;
  readonly flags: string;
  readonly description: string;
  /** The heading that help lists it under. */
  readonly group: string;
  /** Words that it takes, for a shell to complete. */
  readonly choices?: readonly string[];
}

/** The headings that help lists flags under. */
export const flagGroups = {
  what: 'What to load:',
  how: 'Where and how:',
  printed: 'What is printed and logged:',
} as const;

/** The registry of flags that stand for settings: drives the parser, the help and the way back to the setting. */
export const settingFlags: readonly SettingFlag[] = [
  {
    setting: 'state',
    flags: '--state <code>',
    description: 'state of the load, two letters (default: GA)',
    group: flagGroups.what,
  },
  {
    setting: 'period',
    flags: '--period <yyyymm|latest>',
    description: 'month (default: latest, the newest with both files)',
    group: flagGroups.what,
    choices: ['latest'],
  },
  {
    setting: 'payer_slug_override',
    flags: '--payer-slug <slug>',
    description: 'slug to use for the payer',
    group: flagGroups.what,
  },
  {
    setting: 'data_root',
    flags: '--data-root <dir>',
    description: 'folder of inputs and outputs (default: data)',
    group: flagGroups.how,
  },
  {
    setting: 'chunk_size',
    flags: '--chunk-size <rows|auto>',
    description: 'rows reduced at a time (default: 50000)',
    group: flagGroups.how,
    choices: ['auto'],
  },
  {
    setting: 'memory_limit_mb',
    flags: '--memory-limit <MB>',
    description: 'memory that the run may take (default: 8192)',
    group: flagGroups.how,
  },
  {
    setting: 'threads',
    flags: '--threads <n>',
    description: 'threads of Polars and DuckDB (default: every core)',
    group: flagGroups.how,
  },
  {
    setting: 'engine',
    flags: '--engine <embedded|spark>',
    description: 'this machine, or Apache Spark (default: embedded)',
    group: flagGroups.how,
    choices: ['embedded', 'spark'],
  },
  {
    setting: 'mode',
    flags: '--mode <upsert|replace>',
    description: 'replace drops the months first (default: upsert)',
    group: flagGroups.how,
    choices: ['upsert', 'replace'],
  },
  {
    setting: 'log_level',
    flags: '--log-level <level>',
    description: 'DEBUG, INFO, WARNING, ERROR or CRITICAL',
    group: flagGroups.printed,
    choices: ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
  },
  {
    setting: 'log_format',
    flags: '--log-format <text|json>',
    description: 'what stderr gets: text or JSON lines (default: text)',
    group: flagGroups.printed,
    choices: ['text', 'json'],
  },
];

/** Adds the flags of settings, or of some of them, and `--config`, to a command. */
export function addSettingFlags(
  command: Command,
  settings: readonly SettingName[] = settingFlags.map(({ setting }) => setting),
): Command {
  command.addOption(
    new Option('-c, --config <file>', 'settings file (default: config/etl1.yaml, if there)')
      .argParser(nonEmpty)
      .helpGroup(flagGroups.how),
  );
  for (const { setting, flags, description, group } of settingFlags)
    if (settings.includes(setting))
      command.addOption(new Option(flags, description).argParser(last).helpGroup(group));
  return command;
}

/** The settings that say what work may take of the machine. */
export const ofMachine: readonly SettingName[] = ['memory_limit_mb', 'threads'];

/** The settings that say where outputs are, and what it may take to work on them. */
export const ofOutputs: readonly SettingName[] = ['data_root', ...ofMachine];

/** The texts that were given as flags, by setting. */
export function givenSettings(options: Readonly<Record<string, unknown>>): Map<SettingName, string> {
  const given = new Map<SettingName, string>();
  for (const { setting, flags } of settingFlags) {
    const value = options[new Option(flags).attributeName()];
    if (typeof value === 'string') given.set(setting, value);
  }
  return given;
}

/** What messages call the flag of a setting: `--state`. */
export function flagOf(name: SettingName): string {
  const flag = settingFlags.find(({ setting }) => setting === name);
  return flag ? (new Option(flag.flags).long ?? name) : name;
}

function last(value: string): string {
  return value;
}

/** The name of a file, which an unset variable in a script would leave empty. */
export function nonEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('expected a file');
  return value;
}
