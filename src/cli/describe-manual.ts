import type { Argument, Command, Option } from 'commander';
import { environmentVariable } from '../config/environment.js';
import { programVersion } from '../pipeline/program-version.js';
import { defaultCommandOf } from './default-command.js';
import { exitCodes } from './exit-codes.js';
import { describeOption, examplesFor, termOf } from './help.js';
import { example, heading, paragraph, type Roff, subheading, tagged, title } from './roff.js';
import { settingFlags } from './setting-flags.js';

/** The manual page of a program, `man/etl1.1`, made of its commands and flags. */
export function describeManual(program: Command): string {
  const run = defaultCommandOf(program);
  const flags = run?.options ?? [];
  const lines = [
    '.\\" Made from the commands and flags of src/cli by `npm run docs`; edit those instead.',
    ...title(program.name(), 1, `${program.name()} ${programVersion()}`),
    ...heading('name'),
    `${program.name()} \\- load rates and providers of health insurers into a star schema`,
    ...heading('synopsis'),
    ...example([
      'etl1 --payer <name> [--payer <name>]... [flags]',
      'etl1 --all [flags]',
      'etl1 <command> [flags]',
    ]),
    ...heading('description'),
    ...paragraph(description),
    ...heading('flags of a run'),
    ...groupsOf(flags).flatMap(([group, options]) => [...subheading(group), ...options.flatMap(flagLines)]),
    ...heading('commands'),
    ...program.commands.flatMap((command) => commandLines(command, [], flags)),
    ...heading('examples'),
    ...examplesFor(program).flatMap(([line, about]) => tagged(line, `${about}.`)),
    ...heading('environment'),
    ...paragraph(environment),
    ...settingFlags.flatMap(({ setting, flags: flag }) =>
      tagged(environmentVariable(setting), `what \`${flag}\` gives`),
    ),
    ...tagged('ETL1_CONFIG', 'the configuration file'),
    ...tagged('NO_COLOR', 'if it is not empty, no colours'),
    ...heading('files'),
    ...files.flatMap(([path, about]) => tagged(path, about)),
    ...heading('exit status'),
    ...exitCodes.flatMap(([codes, meaning]) => tagged(codes.join(', '), `${meaning}.`)),
  ];
  return `${lines.join('\n')}\n`;
}

const description =
  'etl1 turns the rates and providers parquet files of a payer into seven tables: facts, dimensions and cross-references. ' +
  'Running it again adds what is new, changes nothing else and never duplicates a key. A run that is stopped or fails ' +
  'leaves every output whole, and the same command goes on from there.';

const environment =
  'Every setting has a variable: `ETL1_` and its key in capitals. A flag beats a variable, that beats the configuration ' +
  'file, and this a default. `etl1 config show` prints what is in force and where it came from. Those that have flags:';

/** As the defaults have them. */
const files: readonly (readonly [path: string, about: string])[] = [
  ['config/etl1.yaml', 'settings; `etl1 config init` writes it with every key and its default.'],
  ['data/input', 'rates and providers, such as `202508_aetna_ga_rates.parquet`: month, payer, state.'],
  ['data/dims, data/xrefs, data/gold', 'the seven tables.'],
  ['data/rejects/<run-id>', 'rejected rows, whole, with the reason, the file and the number of the row.'],
  ['data/runs/<run-id>.json', 'the record of a run, which `etl1 runs` shows.'],
  ['logs/etl1_scalable.log', 'the log in JSON lines; beside it warnings and errors alone, and timings.'],
];

/** Flags by the headings that help lists them under. */
function groupsOf(options: readonly Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options) {
    const group = (option.helpGroupHeading ?? 'Other:').replace(/:$/, '');
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return [...groups];
}

/** A command and those below it: its own flags, and the names of those that are the same as of a run. */
function commandLines(command: Command, above: readonly string[], ofRun: readonly Option[]): Roff {
  const shown = command.options.filter(({ hidden }) => !hidden);
  const isShared = (option: Option) =>
    ofRun.some(({ flags, description: same }) => flags === option.flags && same === option.description);
  const own = shown.filter((option) => !isShared(option));
  const shared = command.options === ofRun ? [] : shown.filter(isShared);
  const path = [...above, termOf(command)];
  const names = shared.map(({ long }) => `\`${long}\``).join(', ');
  return [
    ...subheading(path.join(' ')),
    ...paragraph(`${command.description()}.`),
    ...command.registeredArguments.flatMap((argument) => tagged(argument.name(), describeArgument(argument))),
    ...own.flatMap(flagLines),
    ...(shared.length > 0 ? paragraph(`As of a run: ${names}.`) : []),
    ...command.commands.flatMap((below) => commandLines(below, [...above, command.name()], ofRun)),
  ];
}

function describeArgument({ description: text, argChoices }: Argument): string {
  return `${text}${argChoices ? `: ${argChoices.join(', ')}` : ''}.`;
}

function flagLines(option: Option): Roff {
  return tagged(option.flags, `${describeOption(option)}.`);
}
