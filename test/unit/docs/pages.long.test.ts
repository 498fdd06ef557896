import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exitCodeOf } from '../../../src/cli/print-error.js';
import { addRunCommand } from '../../../src/cli/run-command.js';
import { EtlError } from '../../../src/errors.js';
import { tables } from '../../../src/tables/tables.js';
import { withFolder } from '../../support/load-pair.js';
import { python } from '../../support/python.js';
import { type Example, examplesOf, imitateCheckout, runInShell, withoutChance } from './examples.js';
import { blocksOf, readPage } from './markdown.js';

/** What runs a block of a language that is kept in a file; one of `console` is only shown. */
const runners: Readonly<Record<string, (file: string) => string>> = {
  sql: (file) => `node scripts/query.js ${file}`,
  js: (file) => `node ${file}`,
  ts: (file) => `node ${file.replace('.ts', '.js')}`,
  python: (file) => (python === null ? 'true' : `'${python}' ${file}`),
};
const runnable = ['sh', ...Object.keys(runners)];

type Run = (command: string, environment?: Readonly<Record<string, string>>) => Promise<string>;

/** Does some work in a checkout of its own with `etl1` on the path; the sample is its input unless it is to have none. */
function inCheckout<T>(hasInput: boolean, work: (run: Run, folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    imitateCheckout(folder);
    if (!hasInput) rmSync(join(folder, 'data'), { recursive: true });
    const run: Run = (command, environment = {}) =>
      runInShell(command, { cwd: folder, path: join(folder, 'commands'), environment });
    await run('mkdir commands; ln -s "$PWD/bin/etl1.js" commands/etl1');
    return work(run, folder);
  });
}

/** What each block of a page prints, one after the other in one checkout. */
function runPage(examples: readonly Example[], hasInput: boolean): Promise<string[]> {
  return inCheckout(hasInput, async (run, folder) => {
    const commands = examples.map(({ language, code }, number) => {
      const commandFor = runners[language];
      if (commandFor === undefined) return code;
      const name = `block-${number}.${language}`;
      writeFileSync(join(folder, name), `${code}\n`);
      return commandFor(name);
    });
    await compile(run, folder);
    const printed: string[] = [];
    for (const command of commands) printed.push(await run(command));
    return printed;
  });
}

/** Compiles what is TypeScript, as a project that uses the package would. */
async function compile(run: Run, folder: string): Promise<void> {
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['es2023', 'esnext.disposable'], module: 'nodenext', skipLibCheck: true },
    ...{ strict: true, noPropertyAccessFromIndexSignature: true, types: ['node'] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['block-*.ts'] }));
  await run('! ls block-*.ts 2>/dev/null || node node_modules/typescript/bin/tsc');
}

const pages: readonly (readonly [page: string, hasInput: boolean])[] = [
  ['docs/quick-tour.md', false],
  ['docs/recipes.md', false],
  ['docs/migrating.md', true],
  ['docs/running.md', true],
  ['docs/tuning.md', true],
  ['docs/library.md', true],
  ['docs/report.md', true],
];

describe.each(pages)('the blocks of %s', (page, hasInput) => {
  // a graph of Airflow is no program, and has a test of its own
  const examples = examplesOf(readPage(page), runnable).filter(({ code }) => !code.includes('airflow'));
  let printed: readonly string[] = [];

  beforeAll(async () => {
    printed = await runPage(examples, hasInput);
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.for(examples.map(({ code, language, shown }, number) => ({ number, language, code, shown })))(
    '$number: $language',
    ({ number, language, shown }, { skip }) => {
      skip(language === 'python' && python === null, 'there is no Python with polars');
      const output = printed[number] ?? '';
      // names, a line, and a row
      if (language === 'sql') expect(output.trim().split('\n').length).toBeGreaterThan(2);
      if (shown !== undefined) expect(withoutChance(output)).toContain(withoutChance(shown));
    },
  );
});

describe('docs/running.md', () => {
  const page = readPage('docs/running.md');
  const blocks = blocksOf(page);
  const blockOf = (language: string) => blocks.find((block) => block.language === language)?.code ?? '';

  it('has a script that goes on after a payer that fails, and ends as that one did', () =>
    inCheckout(true, async (run) => {
      const [script = ''] = blockOf('sh').split('chmod');
      await run(script);
      const output = await run('sh load-month data nobody aetna || echo "ended with $?"');
      expect(output).toContain('load-month: nobody failed with 66');
      expect(output).toContain('etl1: warning: aetna:');
      expect(output.trim().split('\n').at(-1)).toBe('ended with 66');
    }));

  it('has a workflow whose step loads, and says what came of it', () =>
    inCheckout(true, async (run, folder) => {
      const step = z.looseObject({ name: z.string().optional(), run: z.string().optional() });
      const workflow = z.object({ jobs: z.object({ load: z.looseObject({ steps: z.array(step) }) }) });
      const { steps } = workflow.parse(load(blockOf('yaml'))).jobs.load;
      const command = steps.find(({ name }) => name === 'Load')?.run ?? '';
      const say = { GITHUB_STEP_SUMMARY: join(folder, 'said') };
      await run(command, { ...say, PAYER: 'aetna' });
      expect(await run(`(${command}) || echo "ended with $?"`, { ...say, PAYER: 'nobody' })).toContain(
        'ended with 66',
      );
      expect((await run('cat said')).split('\n')).toEqual([
        'aetna: published ',
        expect.stringMatching(/^nobody: failed no rates file for payer nobody/),
        '',
      ]);
    }));

  it('has units, a crontab, a graph and a workflow with flags that the program knows', () => {
    const program = new Command();
    addRunCommand(program, () => {});
    const known = new Set(program.commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const lines = blocks
      .filter(({ language }) => ['ini', 'python', 'yaml'].includes(language))
      .flatMap(({ code }) => code.split('\n'))
      .flatMap((line) => /\betl1(?:\.js)? (--.*)/.exec(line)?.[1] ?? []);
    expect(lines).toHaveLength(3);
    const flags = lines.flatMap((line) => line.match(/(?<=^|\s)--[a-z-]+/g) ?? []);
    expect(flags.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('tells every exit code from those that it is to be tried again after', () => {
    const mended = ['usage', 'data', 'input', 'config'] as const;
    const codes = [1, ...mended.map((kind) => exitCodeOf(new EtlError(kind, '', { step: '' })))];
    expect(page).toContain(
      `RestartPreventExitStatus=${codes.toSorted((one, other) => one - other).join(' ')}\n`,
    );
  });
});

describe('Python in the pages', () => {
  it('names files and columns that there are', () => {
    const code = examplesOf(readPage('docs/recipes.md'), ['python'])
      .map((block) => block.code)
      .join('\n');
    const texts = [...code.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text);
    const columns = tables.flatMap((table) => table.columns.map(({ name }) => name));
    const files = tables.map(({ folder, file }) => `data/${folder.replace('_dir', '')}/${file}`);
    const values = ['semi', '99213', '2373102906'];
    expect(texts.filter((text) => ![...columns, ...files, ...values].includes(text))).toEqual([]);
    expect(texts.length).toBeGreaterThan(5);
  });
});
