import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SettingName } from '../config/settings.js';

/** A flag that gives the value of a setting. */
interface SettingFlag {
  readonly setting: SettingName;
  readonly flags: string;
  readonly description: string;
}

/** The registry of flags that stand for settings: drives the parser, the help and the way back to the setting. */
export const settingFlags: readonly SettingFlag[] = [
  { setting: 'state', flags: '--state <code>', description: 'state of the load, two letters (default: GA)' },
  {
    setting: 'period',
    flags: '--period <yyyymm|latest>',
    description: 'month of the files (default: latest, the newest that has both)',
  },
  { setting: 'payer_slug_override', flags: '--payer-slug <slug>', description: 'slug to use for the payer' },
  { setting: 'data_root', flags: '--data-root <dir>', description: 'folder of the outputs (default: data)' },
  {
    setting: 'chunk_size',
    flags: '--chunk-size <rows|auto>',
    description: 'rows read and staged together (default: 50000)',
  },
  {
    setting: 'memory_limit_mb',
    flags: '--memory-limit <MB>',
    description: 'memory that the run may take (default: 8192)',
  },
  {
    setting: 'threads',
    flags: '--threads <n>',
    description: 'threads of Polars and DuckDB (default: every core)',
  },
  {
    setting: 'mode',
    flags: '--mode <upsert|replace>',
    description: 'replace drops the months in the input first (default: upsert)',
  },
  {
    setting: 'log_level',
    flags: '--log-level <level>',
    description: 'DEBUG, INFO, WARNING, ERROR or CRITICAL',
  },
];

/** Adds the flags of settings, and `--config`, to a command. */
export function addSettingFlags(command: Command): Command {
  command.addOption(
    new Option(
      '-c, --config <file>',
      'configuration file (default: config/etl1.yaml if it is there)',
    ).argParser(nonEmpty),
  );
  for (const { flags, description } of settingFlags)
    command.addOption(new Option(flags, description).argParser(last));
  return command;
}

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
