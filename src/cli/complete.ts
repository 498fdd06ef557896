import type { Argument, Command, Option } from 'commander';
import { defaultCommandOf } from './default-command.js';
import { settingFlags } from './setting-flags.js';

/** A word to offer, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** The values of flags, by the names that the parser of flags gives them. */
export type Given = Readonly<Record<string, unknown>>;

/** What may stand where a word is being typed: words, or what has to be looked for, under the settings that are given. */
export type Wanted =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'payers' | 'runs'; readonly given: Given };

const nothing: Wanted = { kind: 'words', words: [] };

/** Finds what the last of some words, which is still being typed, may become. */
export function whatCompletes(program: Command, words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before[0] === 'help') {
    const { command } = readWords(program, before.slice(1));
    return { kind: 'words', words: commandsOf(command) };
  }
  const { command, operands, given, pending } = readWords(program, before);
  if (pending) return valuesOf(pending, given);
  const [flag = '', ...value] = typed.split('=');
  if (flag.startsWith('-') && value.length > 0) {
    const option = optionNamed(flag, command);
    return option && takesValue(option) ? valuesOf(option, given) : nothing;
  }
  if (flag.startsWith('-')) return { kind: 'words', words: flagsOf(command) };
  // the name of a command comes before any flag
  const hasFlags = before.some((word) => word.startsWith('-'));
  if (command.commands.length > 0 && !hasFlags) return { kind: 'words', words: commandsOf(command) };
  const argument = command.registeredArguments[operands.length];
  return argument ? argumentValues(argument, given) : nothing;
}

interface Position {
  readonly command: Command;
  /** Words that are neither commands nor flags nor their values. */
  readonly operands: readonly string[];
  readonly given: Given;
  /** The flag whose value comes next. */
  readonly pending: Option | undefined;
}

function readWords(program: Command, words: readonly string[]): Position {
  let command = program;
  let pending: Option | undefined;
  const operands: string[] = [];
  const given: Record<string, unknown> = {};
  for (const word of words) {
    const below: Command | undefined = command.commands.find((candidate) => candidate.name() === word);
    if (pending) {
      given[pending.attributeName()] = word;
      pending = undefined;
    } else if (word.startsWith('-')) {
      const [flag = '', ...value] = word.split('=');
      const option = optionNamed(flag, command);
      if (!option) continue;
      if (takesValue(option) && value.length === 0) pending = option;
      else given[option.attributeName()] = value.length === 0 || value.join('=');
    } else if (below && operands.length === 0) {
      command = below;
    } else {
      operands.push(word);
    }
  }
  return { command, operands, given, pending };
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function optionNamed(flag: string, command: Command): Option | undefined {
  return optionsOf(command).find(({ long, short }) => flag === long || flag === short);
}

function optionsOf(command: Command): readonly Option[] {
  return [...(defaultCommandOf(command)?.options ?? []), ...command.options];
}

function flagsOf(command: Command): Candidate[] {
  const flags = optionsOf(command)
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description }));
  return [...flags, { value: '--help', about: 'print help' }];
}

function commandsOf(command: Command): Candidate[] {
  const below = command.commands.map((candidate) => ({
    value: candidate.name(),
    about: candidate.description(),
  }));
  return below.length === 0 ? [] : [...below, { value: 'help', about: 'print help for a command' }];
}

/** What a value is, is in the placeholder of its flag, unless the flag has choices. */
function valuesOf(option: Option, given: Given): Wanted {
  if (option.long === '--payer') return { kind: 'payers', given };
  const setting = settingFlags.find(({ flags }) => flags === option.flags);
  const choices = option.argChoices ?? setting?.choices;
  return choices ? listed(choices) : placed(/<(.*)>/.exec(option.flags)?.[1] ?? '', given);
}

function argumentValues(argument: Argument, given: Given): Wanted {
  return argument.argChoices ? listed(argument.argChoices) : placed(argument.name(), given);
}

function listed(choices: readonly string[]): Wanted {
  return { kind: 'words', words: choices.map((value) => ({ value, about: '' })) };
}

function placed(placeholder: string, given: Given): Wanted {
  if (placeholder === 'run-id') return { kind: 'runs', given };
  if (/file$/.test(placeholder)) return { kind: 'files' };
  return /(?:dir|root|folder)$/.test(placeholder) ? { kind: 'folders' } : nothing;
}
