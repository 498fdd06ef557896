import type { Command } from 'commander';

/** The commands that a line means which names none: `etl1 --payer aetna`, `etl1 config`. The parser does not tell them. */
export const defaultCommands = { etl1: 'run', config: 'show' } as const;

/** A command that may be left out below another one. */
export function defaultCommandOf(command: Command): Command | undefined {
  const names: readonly string[] = Object.values(defaultCommands);
  return command.commands.find((candidate) => names.includes(candidate.name()));
}
