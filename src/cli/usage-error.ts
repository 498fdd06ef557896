import type { Command, CommanderError } from 'commander';
import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';

const step = 'reading the command line';

/** What the parser of flags has to say, in the form of every other error. */
export function usageErrorOf({ message }: CommanderError): EtlError {
  const text = message.replace(/^error: /, '').replace(/\n?\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  const what = wordings.reduce((said, [pattern, wording]) => said.replace(pattern, wording), text);
  return new EtlError('usage', what, { step, hint: '`etl1 --help` lists every command and flag' });
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
];

/** A first word that is no command: the parser would take it for an argument of the default one. */
export function checkCommandWord(program: Command, [word]: readonly string[]): void {
  const commands = program.commands.map((command) => command.name());
  if (word === undefined || word === '' || word.startsWith('-') || word === 'help' || commands.includes(word))
    return;
  throw new EtlError('usage', `unknown command ${word}${suggestion(word, [...commands, 'help'])}`, {
    step,
    hint: `the commands are ${commands.join(', ')}; \`etl1 --payer <name>\` loads a payer`,
  });
}

/** No command takes words but those that it names: a stray one is often a value that lost its flag. */
export function checkNoWords({ args, registeredArguments, parent }: Command): void {
  const word = args[registeredArguments.length];
  if (word === undefined) return;
  const siblings = parent?.commands.map((command) => command.name()) ?? [];
  throw new EtlError('usage', `unexpected argument ${JSON.stringify(word)}${suggestion(word, siblings)}`, {
    step,
    hint: 'every value follows its flag, as in `etl1 --payer aetna --payer uhc`; `etl1 --help` lists them',
  });
}
