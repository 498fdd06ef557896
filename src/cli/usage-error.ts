import type { Command, CommanderError } from 'commander';
import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';

const step = 'reading the command line';

/** What the parser of flags has to say, in the form of every other error. */
export function usageErrorOf(
  { message }: CommanderError,
  hint = '`etl1 --help` lists commands and flags, `etl1 help run` all flags of a run',
): EtlError {
  const text = message.replace(/^error: /, '').replace(/\n?\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  const what = wordings.reduce((said, [pattern, wording]) => said.replace(pattern, wording), text);
  return new EtlError('usage', `${what}${suggestChoice(what)}`, { step, hint });
}

/** The nearest of the choices that a sentence lists. */
function suggestChoice(what: string): string {
  const [, choices = '', found = ''] = /: expected one of (.*); found "(.*)"$/s.exec(what) ?? [];
  return suggestion(found, choices.split(', '));
}

/** The parser's sentences, and ours: subject, what was expected, what was found. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/^option '(?:-\w, )?(--[\w-]+)[^']*' argument missing$/, '$1: expected a value; found none'],
  [
    /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
    '$1: expected one of $3; found "$2"',
  ],
  [/^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (.*)$/s, '$1: $3; found "$2"'],
  [/^unknown option '(.*?)'/s, 'unknown option $1'],
  [/^missing required argument '(.*)'$/, '<$1>: expected a value; found none'],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/s,
    '<$2>: expected one of $3; found "$1"',
  ],
  [/^command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/s, '<$2>: $3; found "$1"'],
];

/** A first word that is no command: the parser would take it for an argument of the default one. */
export function checkCommandWord(program: Command, argv: readonly string[]): void {
  const commands = [...program.commands.map((command) => command.name()), 'help'];
  const [word] = argv[0] === 'help' ? argv.slice(1) : argv;
  if (word === undefined || word === '' || word.startsWith('-') || commands.includes(word)) return;
  throw new EtlError('usage', `unknown command ${word}${suggestion(word, commands)}`, {
    step,
    hint: `the commands are ${commands.join(', ')}; \`etl1 --payer <name>\` loads a payer`,
  });
}

/** No command takes words but those that it names: a stray one is often a value that lost its flag. */
export function checkNoWords(command: Command): void {
  const { args, registeredArguments, parent } = command;
  const word = args[registeredArguments.length];
  // these words are those of a command line that is still being typed
  if (word === undefined || command.getOptionValue('words') === true) return;
  const siblings = parent?.commands.map((command) => command.name()) ?? [];
  throw new EtlError('usage', `unexpected argument ${JSON.stringify(word)}${suggestion(word, siblings)}`, {
    step,
    hint: 'every value follows its flag, as in `etl1 --payer aetna --payer uhc`; `etl1 --help` lists them',
  });
}
