import { type Command, InvalidArgumentError } from 'commander';
import type { SettingName } from '../config/settings.js';
import { suggestion } from '../config/suggest.js';
import { tables } from '../tables/tables.js';
import type { CompareOptions } from './compare-options.js';
import { outputFormatOption } from './output-format.js';
import { addSettingFlags, givenSettings, ofMachine } from './setting-flags.js';

/** What is to be compared: two roots, the options of the comparison, and the texts given for settings. */
export type CompareAction = (
  roots: readonly [left: string, right: string],
  options: CompareOptions,
  settings: ReadonlyMap<SettingName, string>,
) => Promise<void> | void;

/** `etl1 compare`: what differs between two output folders, table by table. */
export function addCompareCommand(program: Command, act: CompareAction): void {
  const command = program
    .command('compare')
    .description('what differs between two folders of outputs')
    .argument('<left-root>', 'a data root, or a folder with its seven files')
    .argument('<right-root>', 'another one')
    .option('--table <name>', 'a table to compare; may be repeated (default: all seven)', addTable)
    .option('--tolerance <number>', 'by how much rates may differ and still be equal', tolerance, 0)
    .option('--examples <n>', 'rows to show of each sort', wholeNumber, 3)
    .addOption(outputFormatOption())
    .option('-q, --quiet', 'print only a line for each table that differs, and errors');
  command.addHelpText('after', '\nExit code 0: the two are equal; 1: they differ.');
  addSettingFlags(command, ofMachine).action(
    async (left: string, right: string, raw: Record<string, unknown>) => {
      const { readCompareOptions } = await import('./compare-options.js');
      await act([left, right], readCompareOptions(raw), givenSettings(raw));
    },
  );
}

function addTable(name: string, given: readonly string[] = []): readonly string[] {
  const names = tables.map((table) => table.name);
  if (names.some((known) => known === name)) return [...given, name];
  throw new InvalidArgumentError(`expected one of ${names.join(', ')}${suggestion(name, names)}`);
}

function tolerance(text: string): number {
  const number = /^\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw new InvalidArgumentError('expected a number from 0');
  return number;
}

function wholeNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError('expected a whole number from 0');
  return number;
}
