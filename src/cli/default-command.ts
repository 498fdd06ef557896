import type { Command } from 'commander';

/** The commands that a line means which names none: `etl1 --payer aetna`, `etl1 config`. The parser does not tell them. */
const defaults = new Map([
  ['etl1', 'run'],
  ['config', 'show'],
]);

/** A command that may be left out below another one. */
export function defaultCommandOf(command: Command): Command | undefined {
  const name = defaults.get(command.name());
  return command.commands.find((candidate) => candidate.name() === name);
}
