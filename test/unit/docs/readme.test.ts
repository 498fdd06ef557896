import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { addBenchmarkCommand } from '../../../src/cli/benchmark-command.js';
import { addConfigCommand } from '../../../src/cli/config-command.js';
import { addRunCommand } from '../../../src/cli/run-command.js';
import { partialExitCode } from '../../../src/cli/run-payer.js';
import { addRunsCommand } from '../../../src/cli/runs-command.js';
import { addSampleCommand } from '../../../src/cli/sample-command.js';
import { environmentVariable } from '../../../src/config/environment.js';
import { settingNames } from '../../../src/config/settings.js';
import { type ErrorKind, EtlError } from '../../../src/errors.js';
import { withFolder } from '../../support/load-pair.js';
import { blocksOf, project, readPage, tableRowsOf } from './markdown.js';

const readme = readPage('README.md');

/** What whoever runs these tests has done already, or is doing. */
const doneAlready = new Set(['npm ci', 'npm test']);

interface Example {
  readonly command: string;
  /** What the README shows it to print; nothing where it shows nothing. */
  readonly shown: string | undefined;
}

const examples = examplesOf(readme).filter(({ command }) => !doneAlready.has(command));

/** The shell blocks of a page; a block of text that comes next is what they print. */
function examplesOf(page: string): Example[] {
  const blocks = blocksOf(page);
  return blocks.flatMap(({ language, code }, index) => {
    const next = blocks[index + 1];
    if (language !== 'sh') return [];
    return [{ command: code, shown: next?.language === 'text' ? next.code : undefined }];
  });
}

describe('the commands of the README', () => {
  const printed = new Map<string, string>();

  beforeAll(() =>
    withFolder(async (folder) => {
      imitateCheckout(folder);
      for (const { command } of examples) printed.set(command, await runInShell(command, folder));
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

/** A folder that looks like a checkout that was installed and built, with no outputs yet. */
function imitateCheckout(folder: string): void {
  for (const shared of ['node_modules', 'dist', 'bin', 'scripts', 'config']) {
    symlinkSync(join(project, shared), join(folder, shared));
  }
  for (const copied of ['package.json', 'data/input']) {
    mkdirSync(join(folder, 'data'), { recursive: true });
    cpSync(join(project, copied), join(folder, copied), { recursive: true });
  }
}

/** What a command prints on both streams, as a terminal shows them; fails if it does. */
async function runInShell(command: string, cwd: string): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd, env: { PATH, HOME } };
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -e; exec 2>&1; ${command}`], options);
  return stdout;
}

/** Output without what differs from run to run: times, run ids, sizes, memory, cores and folders. */
function withoutChance(output: string): string {
  return output
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, 'RUN')
    .replaceAll(/[\d.]+ seconds/g, 'SECONDS')
    .replaceAll(/[\d,.]+ (?:B|KB|MB|GB)\b/g, 'SIZE')
    .replaceAll(/\d+ threads/g, 'THREADS')
    .replaceAll(/\/\S*?\/data\b/g, 'DATA')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ $/gm, '');
}

describe('what the README names', () => {
  it('has no flag that the program does not know', () => {
    const program = new Command();
    addRunCommand(program, () => {});
    addBenchmarkCommand(program, () => {});
    addRunsCommand(program);
    addSampleCommand(program);
    addConfigCommand(program);
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
  });
});
