import { Command } from 'commander';
import { environmentVariable } from '../config/environment.js';
import { type SettingName, settingNamed, settingNames } from '../config/settings.js';
import { addRunCommand } from './run-command.js';
import { settingFlags } from './setting-flags.js';

/** The reference of all settings and flags in Markdown: `docs/configuration.md`. */
export function describeConfiguration(): string {
  const parts = [
    '# Configuration',
    'Generated from `src/config/settings.ts` and the flags of `src/cli` by `npm run docs`; edit those files instead.',
    [
      'A setting is looked for as a flag, then in the environment, then in a YAML file, then it takes its default.',
      'The YAML file is the one that `--config` names, else the one that `ETL1_CONFIG` names, else `config/etl1.yaml` if it is',
      'there. `node bin/etl1.js config show` prints every value and where it came from.',
      '',
      '`etl1 config init` writes such a file, with every key at its default and a line of why, and beside it `etl1.schema.json`,',
      'which the first line of the file names: editors that know the YAML language server then check keys and values, and',
      'complete them. `etl1 config schema` prints that schema (JSON Schema, draft 2020-12) of the version that is installed.',
    ].join('\n'),
    'A file holds plain `key: value` lines, any of them left out:',
    '```yaml\nstate: GA\ndata_root: /srv/prices\nchunk_size: 100000\nproviders: optional\n```',
    'An unknown key or a value that does not fit ends the run before it starts, with exit code 78 (64 for a flag).',
    [
      '## Settings',
      table(['key', 'flag', 'variable', 'default', 'must be', 'what it is'], settingRows()),
    ].join('\n\n'),
    ['## Flags without a setting', table(['flag', 'what it does'], plainFlagRows())].join('\n\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function settingRows(): string[][] {
  return settingNames.map((name) => {
    const { fallback, expected, why } = settingNamed(name);
    const flag = settingFlags.find(({ setting }) => setting === name)?.flags ?? '';
    return [
      codeOf(name),
      codeOf(flag),
      codeOf(environmentVariable(name)),
      shown(name, fallback),
      expected,
      why,
    ];
  });
}

/** Flags of a run that say what to do this once, and so have no key and no variable. */
function plainFlagRows(): string[][] {
  const program = new Command();
  addRunCommand(program, () => {});
  const ofSettings = new Set(settingFlags.map(({ flags }) => flags));
  return program.commands
    .flatMap(({ options }) => options)
    .filter(({ flags }) => !ofSettings.has(flags))
    .map(({ flags, description }) => [codeOf(flags), description]);
}

function shown(name: SettingName, value: unknown): string {
  if (name === 'threads') return 'every core';
  if (value === '' || (typeof value === 'object' && value !== null)) return codeOf(JSON.stringify(value));
  return codeOf(String(value));
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

function codeOf(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
