import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { childArguments } from '../../../src/cli/child-arguments.js';
import { addRunCommand } from '../../../src/cli/run-command.js';
import type { RunOptions } from '../../../src/cli/run-options.js';
import { settingFlags } from '../../../src/cli/setting-flags.js';
import { loadConfig } from '../../../src/config/load.js';
import type { SettingName } from '../../../src/config/settings.js';

/** What a command line asks for. */
async function parse(args: readonly string[]) {
  let found: { options: RunOptions; flags: ReadonlyMap<SettingName, string> } | undefined;
  const program = new Command();
  addRunCommand(program, (options, flags) => {
    found = { options, flags };
  });
  await program.exitOverride().parseAsync([...args], { from: 'user' });
  if (!found) throw new Error('nothing was run');
  return found;
}

const environment = { settings: new Map(), configFile: undefined, noColor: true };
const config = loadConfig({ flags: { memory_limit_mb: 512, threads: 2 }, environment, file: null });

/** What a child is asked for, of which a command line asks this. */
async function passedOn(...args: string[]) {
  const { options, flags } = await parse(args);
  return parse(childArguments('uhc', options, flags, config));
}

describe('childArguments', () => {
  it('asks for one payer as JSON, within its share', async () => {
    const { options, flags } = await passedOn('--all', '--jobs', '3');
    expect(options).toMatchObject({ payer: ['uhc'], all: false, jobs: 1, outputFormat: 'json' });
    expect(Object.fromEntries(flags)).toEqual({ memory_limit_mb: '512', threads: '2' });
  });

  it('passes on every other flag, whatever its value begins with or lacks', async () => {
    const settings = [
      ...['--state', 'tx', '--period', '202508', '--payer-slug', '', '--data-root', '-d'],
      ...['--chunk-size', 'auto', '--memory-limit', '9000', '--threads', '4', '--mode', 'replace'],
      ...['--log-level', 'WARNING', '--log-format', 'json'],
    ];
    const switches = ['--force', '--report', '--no-resume', '-v', '-q', '--no-progress'];
    const asked = await parse(['--all', '--jobs', '2', '-c', 'a b.yaml', ...settings, ...switches]);
    const child = await parse(childArguments('-x', asked.options, asked.flags, config));
    expect(child.options).toEqual({
      ...asked.options,
      ...{ payer: ['-x'], jobs: 1, outputFormat: 'json', memoryLimit: '512', threads: '2' },
      all: false,
    });
    expect(child.flags).toEqual(new Map([...asked.flags, ['memory_limit_mb', '512'], ['threads', '2']]));
  });

  it('leaves no flag of a run unthought of', () => {
    const own = ['payer', 'all', 'ratesFile', 'providersFile', 'dryRun', 'jobs', 'outputFormat', 'color'];
    const passed = ['force', 'report', 'resume', 'verbose', 'quiet', 'progress', 'config'];
    const program = new Command();
    addRunCommand(program, () => {});
    const ofSettings = new Set(settingFlags.map(({ flags }) => flags));
    const known = program.commands
      .flatMap(({ options }) => options)
      .filter(({ flags }) => !ofSettings.has(flags))
      .map((option) => option.attributeName());
    expect(known.toSorted()).toEqual([...own, ...passed].toSorted());
  });
});
