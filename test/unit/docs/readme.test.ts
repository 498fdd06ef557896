import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { addBenchmarkCommand } from '../../../src/cli/benchmark-command.js';
import { addCompareCommand } from '../../../src/cli/compare-command.js';
import { addCompletionCommand } from '../../../src/cli/completion-command.js';
import { addConfigCommand } from '../../../src/cli/config-command.js';
import { exitCodes } from '../../../src/cli/exit-codes.js';
import { partialExitCode } from '../../../src/cli/outcome.js';
import { addReportCommand } from '../../../src/cli/report-command.js';
import { addRunCommand } from '../../../src/cli/run-command.js';
import { addRunsCommand } from '../../../src/cli/runs-command.js';
import { addSampleCommand } from '../../../src/cli/sample-command.js';
import { addValidateCommand } from '../../../src/cli/validate-command.js';
import { environmentVariable } from '../../../src/config/environment.js';
import { settingNames } from '../../../src/config/settings.js';
import { type ErrorKind, EtlError } from '../../../src/errors.js';
import { withFolder } from '../../support/load-pair.js';
import { examplesOf, imitateCheckout, runInShell, withoutChance } from './examples.js';
import { readPage, tableRowsOf } from './markdown.js';

const readme = readPage('README.md');

/** What whoever runs these tests has done already, or is doing. */
const doneAlready = new Set(['npm ci', 'npm test']);

const examples = examplesOf(readme)
  .map(({ code: command, shown }) => ({ command, shown }))
  .filter(({ command }) => !doneAlready.has(command));

describe('the commands of the README', () => {
  const printed = new Map<string, string>();

  beforeAll(() =>
    withFolder(async (folder) => {
      imitateCheckout(folder);
      for (const { command } of examples) printed.set(command, await runInShell(command, { cwd: folder }));
    }),
  );

  it('are there', () => {
    expect(examples.map(({ command }) => command)).toContain('npm start -- --payer aetna');
    expect(examples.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples)('$command', ({ command, shown }) => {
    const output = printed.get(command) ?? '';
    expect(output).not.toBe('');
    if (shown !== undefined) expect(withoutChance(output)).toContain(withoutChance(shown));
  });
});

describe('what the README names', () => {
  it('has no flag that the program does not know', () => {
    const program = new Command();
    addRunCommand(program, () => {});
    addBenchmarkCommand(program, () => {});
    addCompareCommand(program, () => {});
    addValidateCommand(program, () => {});
    addRunsCommand(program);
    addReportCommand(program, () => {});
    addSampleCommand(program);
    addConfigCommand(program);
    addCompletionCommand(program);
    const commands = program.commands.flatMap((command) => [command, ...command.commands]);
    const known = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const named = [...readme.matchAll(/(?<=[\s`])--[a-z][a-z-]*/g)].map(([flag]) => flag);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('has no variable that the program does not read', () => {
    const known = new Set([...settingNames.map(environmentVariable), 'ETL1_CONFIG']);
    const named = [...readme.matchAll(/ETL1_[A-Z_]+/g)].map(([variable]) => variable);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((variable) => !known.has(variable))).toEqual([]);
  });

  it('has every exit code', () => {
    const kinds: Record<ErrorKind, true> = {
      bug: true,
      usage: true,
      data: true,
      input: true,
      output: true,
      busy: true,
      config: true,
      'hung-up': true,
      interrupted: true,
      terminated: true,
    };
    const isKind = (name: string): name is ErrorKind => name in kinds;
    const codes = Object.keys(kinds)
      .filter(isKind)
      .map((kind) => new EtlError(kind, '', { step: '' }).exitCode);
    const listed = tableRowsOf(readme).flatMap(([first = '']) =>
      /^\d+$/.test(first) ? [Number(first)] : [],
    );
    expect(listed).toEqual([0, partialExitCode, ...codes].toSorted((one, other) => one - other));
    expect(exitCodes.flatMap(([known]) => known)).toEqual(listed);
  });
});
