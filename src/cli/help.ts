import { type Command, Help, type Option } from 'commander';
import { defaultCommandOf } from './default-command.js';
import { exitCodes } from './exit-codes.js';
import { alignLeft } from './format.js';

/** Flags of a run that the help of the program shows: one screen. `etl1 help run` shows all of them. */
const common: readonly string[] = [
  '--payer',
  '--all',
  '--state',
  '--period',
  '--config',
  '--data-root',
  '--mode',
  '--dry-run',
  '--force',
  '--memory-limit',
  '--output-format',
  '--verbose',
  '--quiet',
];

/** A month from start to end, each with the command that it needs. */
const examples: readonly (readonly [command: string, line: string, about: string])[] = [
  ['sample', 'etl1 sample', 'write a made-up input pair to try things on'],
  ['run', 'etl1 --payer aetna --dry-run', 'check the inputs, show what a run would do'],
  ['run', 'etl1 --all --jobs 2', "load every payer's newest month, two at a time"],
  ['run', 'etl1 --payer aetna --quiet', 'for cron: print only warnings and errors'],
  ['runs', 'etl1 runs <run-id>', 'what one run read, rejected and loaded'],
];

const files = `
Inputs are data/input/202508_aetna_ga_rates.parquet and ..._providers.parquet:
month, payer, state. A row that is read is loaded, the same as one that is,
rejected, or named as left out. Rejects are whole rows with reason, file and row
number, in data/rejects/<run-id>/; DuckDB, Polars and pandas show them:
  SELECT * FROM 'data/rejects/*/rates.parquet' WHERE reject_reason LIKE 'rate%'
Logs: logs/etl1_scalable.log; beside it .error.log has warnings and errors only.
`;

/** Gives a program its help. Commands that are added afterwards describe their flags in the same way. */
export function addHelp(program: Command): void {
  program
    .configureHelp({
      visibleOptions: (command) => visibleOptions(command, program),
      optionDescription: describeOption,
      // their arguments would leave no room for what they do
      subcommandTerm: (command) => (command.parent === program ? command.name() : termOf(command)),
      // headings in the order of the flags that are shown
      groupItems: (_, shown, headingOf) => new Help().groupItems(shown, shown, headingOf),
    })
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', () => afterword(program));
}

/** What a flag does, the words that it takes, and what it is without. */
export function describeOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices ? `: ${argChoices.join(' or ')}` : '';
  const isTold = defaultValue === undefined || typeof defaultValue === 'boolean';
  return `${description}${choices}${isTold ? '' : ` (default: ${defaultValue})`}`;
}

/** A command with its arguments, as lists of commands show it. */
export function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

/** `etl1 help config init` is `etl1 config init --help`: the parser's own help goes one command deep. */
export function spellOutHelp(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' && argv.length > 2 ? [...argv.slice(1), '--help'] : argv;
}

/** Command lines of a month's work, and what each is for: those whose commands the program has. */
export function examplesFor(program: Command): [line: string, about: string][] {
  const known = new Set(program.commands.map((command) => command.name()));
  return examples.filter(([command]) => known.has(command)).map(([, line, about]) => [line, about]);
}

function afterword(program: Command): string {
  const codes = exitCodes.map(([codes, meaning]) => `${codes.join(', ')} ${meaning}`).join('; ');
  return [
    '',
    'Examples; `etl1 help run` has every flag of a run:',
    ...alignLeft(examplesFor(program), '  '),
    files,
    new Help().boxWrap(`Exit codes: ${codes}.`, 80),
  ].join('\n');
}

/** The flags of the default command work without its name: the help of the program lists the common ones. */
function visibleOptions(command: Command, program: Command): Option[] {
  const own = new Help().visibleOptions(command);
  if (command !== program) return own;
  const run = defaultCommandOf(program)?.options ?? [];
  return [...run.filter(({ long }) => common.includes(long ?? '')), ...own];
}
