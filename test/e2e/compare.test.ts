import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../src/compare/comparison.js';
import { tables } from '../../src/tables/tables.js';
import { runCommand } from '../support/command.js';
import { loadPair, pathOf } from '../support/load-pair.js';
import { imitatePredecessor } from '../support/predecessor.js';
import { spoilOutputs } from '../support/spoil-outputs.js';
import { selectRows, writeQueries } from '../support/write-outputs.js';

const names = tables.map(({ name }) => name);
const limits = ['--memory-limit', '512', '--threads', '1'];
const input = fileURLToPath(new URL('../../data/input/202508_aetna_ga', import.meta.url));

/** A folder with the outputs of two loads, as a data root and flat, for all tests of this file. */
let folder: string;
const below = (path: string) => join(folder, path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'etl1-e2e-'));
  const pair = {
    dataRoot: below('data'),
    rates: `${input}_rates.parquet`,
    providers: `${input}_providers.parquet`,
  };
  for (const slug of ['aetna', 'other']) await loadPair({ ...pair, settings: { payer_slug_override: slug } });
  for (const name of ['flat', 'temporary']) mkdirSync(below(name));
  for (const { name, file } of tables) copyFileSync(pathOf(below('data'), name), join(below('flat'), file));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compares, with a folder for temporary files that must be empty afterwards. */
async function compare(...args: readonly string[]) {
  const environment = { TMPDIR: below('temporary') };
  const result = await runCommand(['compare', ...args, ...limits], { cwd: folder, environment });
  expect(readdirSync(environment.TMPDIR)).toEqual([]);
  return result;
}

const readJson = (stdout: string) => comparisonSchema.parse(JSON.parse(stdout));

describe('etl1 compare', () => {
  it('finds a data root equal to its files in one folder', async () => {
    const { exitCode, stdout, stderr } = await compare('data', 'flat');
    expect(stdout).toMatch(/^left +\/.*\/data\nright +\/.*\/flat\n/);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} .* 0 +0 +0 +equal$`, 'm'));
    expect(stdout).toMatch(/\nEqual: no row is lost, added or changed\n$/);
    expect(stderr).toBe(names.map((name) => `Comparing ${name}\n`).join(''));
    expect(exitCode).toBe(0);
  });

  it('finds a lost row, a new one and a changed cell in each table', async () => {
    await spoilOutputs(below('data'), below('spoilt'));
    const { exitCode, stdout } = await compare('data', 'spoilt');
    expect(exitCode).toBe(1);
    const header = (name: string) =>
      name === 'xref_pg_npi'
        ? '2 rows only left, 2 rows only right, 0'
        : '1 row only left, 1 row only right, 1';
    for (const name of names) expect(stdout).toContain(`\n${name}: ${header(name)} different\n`);
    expect(stdout).toMatch(
      /\n {2}code_name differs in 1 row\n {4}left ".*", right "changed"\n {6}code_type=".*" code=".*"/,
    );
    expect(stdout).toMatch(
      /\n {2}negotiated_rate differs in 1 row\n {4}left [\d.]+, right 123456.5\n {6}fact_uid=".*" state="GA"/,
    );
    expect(stdout).toMatch(/\n {2}only right\n {4}fact_uid=".*" state="added" year_month="2025-08" /);
    expect(stdout).toMatch(/\nDifferent: 7 of 7 tables\n$/);
  });

  it('tells a program the same', async () => {
    await spoilOutputs(below('data'), below('spoilt'));
    const { exitCode, stdout } = await compare(
      'data',
      'spoilt',
      '--output-format',
      'json',
      '--examples',
      '1',
    );
    expect(exitCode).toBe(1);
    const comparison = readJson(stdout);
    expect(comparison).toMatchObject({ status: 'different', tolerance: 0 });
    expect(Object.keys(comparison.tables)).toEqual(names);
    for (const name of names) {
      const isBare = name === 'xref_pg_npi';
      const counts = isBare ? [2, 2, 0] : [1, 1, 1];
      const table = comparison.tables[name];
      expect([table?.only_left, table?.only_right, table?.different]).toEqual(counts);
      expect(table?.examples).toMatchObject({ only_left: [{}], only_right: [{}] });
      expect(Object.values(table?.columns ?? {})).toMatchObject(isBare ? [] : [{ rows: 1, examples: [{}] }]);
    }
    expect(comparison.tables.fact_rate?.columns['negotiated_rate']?.examples[0]?.right).toMatchObject({
      negotiated_rate: 123456.5,
      state: 'GA',
    });
    const narrow = await compare('data', 'spoilt', '--table', 'dim_code', '--table', 'dim_payer', '--quiet');
    expect(narrow).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: ['dim_code', 'dim_payer']
        .map((name) => `etl1: warning: ${name}: 1 row only left, 1 row only right, 1 different\n`)
        .join(''),
    });
  });

  it('finds what the predecessor wrote equal, and says what it took for the same', async () => {
    await imitatePredecessor(below('data'), below('old'));
    const { exitCode, stdout } = await compare('old', 'data');
    expect(stdout).toMatch(/^ {2}fact_rate +20,096 +20,056 +0 +0 +0 +equal$/m);
    expect(stdout).toContain('\nworth knowing\n');
    expect(stdout).toContain('\n  fact_rate left: 40 duplicate rows collapsed\n');
    expect(stdout).toContain('\n  fact_rate left: provider_group_id_raw is stored as BIGINT\n');
    expect(stdout).toMatch(
      /\n {2}dim_code left: 80 duplicate rows collapsed; under \d+ keys they are not all the same\n/,
    );
    expect(stdout).toContain('\n  dim_payer left: 2 duplicate rows collapsed\n');
    expect(stdout).toContain(
      '\n  dim_provider_group left: source_file is not a column of the table: not compared\n',
    );
    expect(stdout).toMatch(/\nEqual: .*\n$/);
    expect(exitCode).toBe(0);
    const json = await compare('old', 'data', '--output-format', 'json', '--quiet');
    expect(json).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readJson(json.stdout)).toMatchObject({
      status: 'equal',
      tables: { fact_rate: { left: { duplicates: 40, conflicts: 0 }, right: { duplicates: 0 } } },
    });
  });

  it('takes a table that one side lacks for a difference, and names what neither has', async () => {
    for (const [root, missing] of [
      ['one', 'dim_payer'],
      ['two', 'dim_code'],
    ] as const) {
      mkdirSync(below(root));
      for (const { name, file } of tables.filter(({ name }) => name !== missing && name !== 'fact_rate'))
        copyFileSync(pathOf(below('data'), name), join(below(root), file));
    }
    const { exitCode, stdout } = await compare('one', 'two');
    expect(stdout).toMatch(/^ {2}dim_code +80 +- +80 +0 +0 +only left$/m);
    expect(stdout).toMatch(/^ {2}dim_payer +- +2 +0 +2 +0 +only right$/m);
    expect(stdout).toMatch(/^ {2}fact_rate +- +- +0 +0 +0 +absent$/m);
    expect(stdout).toMatch(/\ndim_code: there is no such file on the right; 80 rows on the left\n/);
    expect(stdout).toMatch(/\nDifferent: 2 of 7 tables\n$/);
    expect(exitCode).toBe(1);
    const nothing = await compare('one', 'two', '--table', 'fact_rate', '--output-format', 'json');
    expect(nothing.stderr).toMatch(
      /neither \/.*one nor \/.*two has a table .*: expected fact_rate\.parquet\n {2}try: /,
    );
    expect(JSON.parse(nothing.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 66 } });
    expect(nothing.exitCode).toBe(66);
  });

  it('goes by the names of folders and files that are configured', async () => {
    writeFileSync(below('names.yaml'), 'gold_dir: facts\nfact_rate_file: rates.parquet\n');
    mkdirSync(below('renamed/facts'), { recursive: true });
    copyFileSync(below('flat/fact_rate.parquet'), below('renamed/facts/rates.parquet'));
    const { exitCode, stdout } = await compare(
      'renamed',
      'renamed',
      '--table',
      'fact_rate',
      '-c',
      'names.yaml',
    );
    expect(stdout).toMatch(/^ {2}fact_rate +20,056 +20,056 /m);
    expect(exitCode).toBe(0);
  });

  it('lets no text act on the terminal', async () => {
    const named = (name: string) =>
      selectRows('dim_code', [{ code_type: 'CPT', code: '1', code_description: null, code_name: name }]);
    const odd = '\u001b[2J\u009b31m\u202e\r\n';
    await writeQueries({
      [below('hostile/dim_code.parquet')]: `SELECT *, 1 AS "\u001b]0;x\u0007" FROM (${named(odd)})`,
      [below('tame/dim_code.parquet')]: named('b'),
    });
    const { stdout } = await compare('hostile', 'tame', '--table', 'dim_code');
    expect(stdout).toContain('left "\\u001b[2J\\u009b31m\\u202e\\r\\n", right "b"');
    expect(stdout).toContain('dim_code left: \\u001b]0;x\\u0007 is not a column');
    const json = await compare('hostile', 'tame', '--table', 'dim_code', '--output-format', 'json');
    expect(`${stdout}${json.stdout}`).not.toMatch(/(?!\n)[\p{Cf}\p{Cc}]/u);
    expect(readJson(json.stdout).tables.dim_code?.columns['code_name']?.examples[0]?.left).toMatchObject({
      code_name: odd,
    });
  });

  it('refuses what it cannot compare', async () => {
    for (const name of ['broken', 'looped']) mkdirSync(below(name));
    writeFileSync(below('broken/dim_code.parquet'), 'not parquet');
    symlinkSync('dim_code.parquet', below('looped/dim_code.parquet'));
    const cases = [
      [['data', 'dta'], 66, /\/dta: expected a folder with outputs; found none\n {2}try: `etl1 compare/],
      [['data', 'broken'], 66, /broken\/dim_code\.parquet: it cannot be read as parquet: .*\n {2}try: /],
      [['data', 'looped'], 66, /looped\/dim_code\.parquet: it cannot be read: ELOOP.*\n {2}try: /],
      [['data', 'flat', '--config', 'none.yaml'], 78, /none\.yaml/],
    ] as const;
    for (const [args, exitCode, message] of cases) {
      const result = await compare(...args);
      expect(result.stderr).toMatch(message);
      expect(result.exitCode).toBe(exitCode);
    }
  });
});
