import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../src/cli/exit-codes.js';
import { addHelp, describeOption, examplesFor, spellOutHelp } from '../../../src/cli/help.js';
import { partialExitCode } from '../../../src/cli/outcome.js';
import { programToLookAt } from './program.js';

/** All that is printed, with what is added to it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}

describe('the help of the program', () => {
  const program = programToLookAt();
  const help = helpOf(program);
  const lines = help.trimEnd().split('\n');

  it('is one screen', () => {
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('lists every command', () => {
    for (const command of program.commands)
      expect(help).toMatch(new RegExp(`^  ${command.name()}\\b.*  \\S`, 'm'));
    expect(program.commands.length).toBeGreaterThan(5);
  });

  it('lists the flags that most loads need under headings, and says where the others are', () => {
    expect(help).toMatch(/^What to load:\n {2}--payer <name> {3,}payer to load/m);
    expect(help).toMatch(/^Where and how:\n(?: {2}.*\n)+ {2}--data-root <dir> /m);
    expect(help).toMatch(/^What is printed and logged:\n {2}--output-format/m);
    expect(help).toContain('`etl1 help run`');
    expect(help).not.toContain('--chunk-size');
  });

  it('shows examples that the program would take', () => {
    const flags = new Set(program.commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const named = examplesFor(program).flatMap(([line]) => line.match(/--[\w-]+/g) ?? []);
    expect(named).toContain('--dry-run');
    expect(named.filter((flag) => !flags.has(flag))).toEqual([]);
    for (const [line, about] of examplesFor(program))
      expect(help).toMatch(new RegExp(`^  ${line} +${about}`, 'm'));
  });

  it('shows examples of commands that it has, and of no other', () => {
    const small = new Command('etl1');
    addHelp(small);
    small.command('runs');
    expect(examplesFor(small).map(([line]) => line)).toEqual(['etl1 runs <run-id>']);
  });

  it('says where rejected rows and logs are, and what each exit code means', () => {
    for (const text of [
      'data/rejects/<run-id>/',
      "FROM 'data/rejects/*/rates.parquet'",
      'logs/etl1_scalable.log',
    ])
      expect(help).toContain(text);
    const words = help.replaceAll(/\s+/g, ' ');
    for (const [codes, meaning] of exitCodes) expect(words).toContain(`${codes.join(', ')} ${meaning}`);
    expect(exitCodes.flatMap(([codes]) => codes)).toContain(partialExitCode);
  });
});

describe('the help of a command', () => {
  const program = programToLookAt();
  const run = program.commands.find((command) => command.name() === 'run') ?? program;

  it('has every flag of a run', () => {
    const help = helpOf(run);
    for (const { long, hidden } of run.options) if (!hidden) expect(help).toContain(long);
  });

  it('is reached in three ways', () => {
    expect(spellOutHelp(['help', 'config', 'init'])).toEqual(['config', 'init', '--help']);
    expect(spellOutHelp(['help', 'runs'])).toEqual(['help', 'runs']);
    expect(spellOutHelp(['config', 'help', 'init'])).toEqual(['config', 'help', 'init']);
  });
});

describe('describeOption', () => {
  it.each<[Option, string]>([
    [new Option('--a <x>', 'what it is'), 'what it is'],
    [new Option('--a <x>', 'what it is').choices(['b', 'c']).default('b'), 'what it is: b or c (default: b)'],
    [new Option('--a <list>', 'sizes').default([1, 2]), 'sizes (default: 1,2)'],
    [new Option('--no-a', 'not a').default(true), 'not a'],
  ])('case %#', (option, text) => expect(describeOption(option)).toBe(text));
});
