import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCompareCommand } from '../../../src/cli/compare-command.js';
import type { CompareOptions } from '../../../src/cli/compare-options.js';

/** What a command line asks for. */
async function parse(...args: readonly string[]) {
  const asked: { roots: readonly string[]; options: CompareOptions; settings: object }[] = [];
  const program = new Command().exitOverride().configureOutput({ outputError: () => {} });
  addCompareCommand(program, (roots, options, settings) => {
    asked.push({ roots, options, settings: Object.fromEntries(settings) });
  });
  await program.parseAsync(['compare', ...args], { from: 'user' });
  return asked[0];
}

describe('the flags of compare', () => {
  it('have defaults', async () => {
    expect(await parse('a', 'b')).toEqual({
      roots: ['a', 'b'],
      options: { table: [], tolerance: 0, examples: 3, outputFormat: 'summary', quiet: false },
      settings: {},
    });
  });

  it('narrow, allow, show and limit', async () => {
    const tables = ['--table', 'fact_rate', '--table', 'dim_code'];
    const limits = ['--memory-limit', '512', '--threads', '1'];
    const shown = ['--examples', '0', '--output-format', 'json', '-q', '-c', 'my.yaml'];
    expect(await parse('a', 'b', ...tables, '--tolerance', '1e-2', ...limits, ...shown)).toEqual({
      roots: ['a', 'b'],
      options: {
        table: ['fact_rate', 'dim_code'],
        tolerance: 0.01,
        examples: 0,
        outputFormat: 'json',
        quiet: true,
        config: 'my.yaml',
        memoryLimit: '512',
        threads: '1',
      },
      settings: { memory_limit_mb: '512', threads: '1' },
    });
  });

  it.each([
    [['a'], /missing required argument 'right-root'/],
    [['a', 'b', '--table', 'fact_rat'], /expected one of dim_code, .*; did you mean fact_rate\?/],
    [['a', 'b', '--tolerance', '-1'], /expected a number from 0/],
    [['a', 'b', '--tolerance', 'Infinity'], /expected a number from 0/],
    [['a', 'b', '--tolerance', ''], /expected a number from 0/],
    [['a', 'b', '--tolerance', '1e999'], /expected a number from 0/],
    [['a', 'b', '--examples', '1.5'], /expected a whole number from 0/],
    [['a', 'b', '--output-format', 'xml'], /Allowed choices are summary, json/],
    [['a', 'b', '--config', ''], /expected a file/],
  ])('refuse %j', async (args, message) => {
    await expect(parse(...args)).rejects.toThrow(message);
  });
});
