import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { countRows } from '../../bench/count-rows.js';
import { measure } from '../../bench/measure.js';
import { readFooter } from '../../src/parquet/footer.js';
import { type TableName, tables } from '../../src/tables/tables.js';
import { withDatabase } from '../support/fixture-database.js';
import { loadPair, pathOf, withFolder } from '../support/load-pair.js';

const bench = (name: string) => fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));

async function runScript(name: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [bench(name), ...args]);
  return stdout;
}

interface Pair {
  readonly rates: string;
  readonly providers: string;
}

async function makeJob(out: string, args: readonly string[], period = '202508'): Promise<Pair> {
  await runScript('make-job.js', ['--out', out, '--period', period, ...args]);
  const pathOf = (source: string) => join(out, `${period}_uhc_ga_${source}.parquet`);
  return { rates: pathOf('rates'), providers: pathOf('providers') };
}

async function loadByPeer(out: string, { rates, providers }: Pair, flags: readonly string[] = []) {
  await runScript('peer.js', ['--rates', rates, '--providers', providers, '--out', out, ...flags]);
}

/** Rows of a table below one folder that are not below the other, and the other way round. */
function countDifferences(one: string, other: string, name: TableName): Promise<unknown> {
  const rows = (folder: string) => `SELECT * FROM '${pathOf(folder, name)}'`;
  const without = (a: string, b: string) => `SELECT count(*) FROM (${rows(a)} EXCEPT ${rows(b)})`;
  return single(`SELECT (${without(one, other)}) + (${without(other, one)})`);
}

function single(query: string): Promise<unknown> {
  return withDatabase(async (connection) => (await connection.runAndReadAll(query)).getRows()[0]?.[0]);
}

describe('the peers and etl1', () => {
  it.each([
    ['clustered', ['--rows', '3000']],
    ['shuffled', ['--rows', '3000', '--order', 'shuffled', '--slim']],
    ['two prices for a pair of group and services', ['--rows', '7000', '--distinct', '6000', '--codes', '2']],
  ])('make the same tables of a job: %s', async (_, args) => {
    await withFolder(async (folder) => {
      const pair = await makeJob(join(folder, 'job'), args);
      const folders = {
        tuned: join(folder, 'tuned'),
        naive: join(folder, 'naive'),
        etl1: join(folder, 'etl1'),
      };
      await loadByPeer(folders.tuned, pair);
      await loadByPeer(folders.naive, pair, ['--naive']);
      const summary = await loadPair({ dataRoot: folders.etl1, ...pair, payer: 'uhc' });
      expect(summary).toMatchObject({ rejects: { rates: {}, providers: {} }, warnings: {} });
      for (const { name } of tables) {
        expect([name, await countDifferences(folders.tuned, folders.etl1, name)]).toEqual([name, 0n]);
        expect([name, await countDifferences(folders.naive, folders.etl1, name)]).toEqual([name, 0n]);
      }
      const counts = await countRows(folders.etl1);
      expect(await countRows(folders.tuned)).toEqual(counts);
      expect(await countRows(folders.naive)).toEqual(counts);
      expect(counts['fact_rate']).toBeGreaterThan(100);
    });
  });
});

describe('a job', () => {
  it.each([
    [['--rows', '1000', '--distinct', '219', '--codes', '1'], 219n, 1n],
    [['--rows', '1000', '--distinct', '1000', '--codes', '1000'], 1000n, 1000n],
    [['--rows', '8', '--distinct', '7', '--codes', '5'], 7n, 5n],
    [['--rows', '20011', '--distinct', '9001', '--codes', '37', '--order', 'shuffled'], 9001n, 37n],
  ])('%j has %d facts of %d codes', async (args, facts, codes) => {
    await withFolder(async (folder) => {
      const { rates } = await makeJob(folder, args);
      const columns = 'billing_code_type, billing_code';
      const fact = `provider_reference_id, service_codes, negotiated_rate, ${columns}`;
      expect(await single(`SELECT count(*) FROM '${rates}'`)).toBe(BigInt(args[1] ?? ''));
      expect(await single(`SELECT count(DISTINCT (${fact})) FROM '${rates}'`)).toBe(facts);
      expect(await single(`SELECT count(DISTINCT (${columns})) FROM '${rates}'`)).toBe(codes);
    });
  });

  it('keeps the rows of a code together and mixes the facts of it, unless shuffled', async () => {
    await withFolder(async (folder) => {
      const changes = (rates: string, columns: string) =>
        single(`SELECT count(*) FROM (SELECT (${columns}) AS now, lag(now) OVER (ORDER BY file_row_number) AS before
          FROM read_parquet('${rates}', file_row_number = true)) WHERE now IS DISTINCT FROM before`);
      const size = ['--rows', '5000', '--distinct', '1000', '--codes', '10'];
      const { rates } = await makeJob(join(folder, 'clustered'), size);
      expect(await changes(rates, 'billing_code_type, billing_code')).toBe(10n);
      const shuffled = await makeJob(join(folder, 'shuffled'), [...size, '--order', 'shuffled']);
      expect(Number(await changes(shuffled.rates, 'billing_code_type, billing_code'))).toBeGreaterThan(4_000);
      expect(Number(await changes(rates, 'provider_reference_id'))).toBeGreaterThan(4_500);
    });
  });

  it('has row groups of the size that is asked for, also smaller ones than its writer makes', async () => {
    await withFolder(async (folder) => {
      const { rates } = await makeJob(folder, ['--rows', '10000', '--row-group', '4096']);
      expect((await readFooter(rates)).rowGroups).toHaveLength(3);
      const copy = join(folder, 'copy.parquet');
      await runScript('cut-groups.js', [rates, copy, '100']);
      expect((await readFooter(copy)).rowGroups).toHaveLength(100);
    });
  });

  it('refuses more facts than rows', async () => {
    await withFolder(async (folder) => {
      const made = makeJob(folder, ['--rows', '10', '--distinct', '11']);
      await expect(made).rejects.toThrow(/expected --codes <= --distinct <= --rows/);
    });
  });
});

describe('measure', () => {
  const here = { environment: process.env, cwd: process.cwd() };

  it('tells time and, on Linux, memory and processor time of the whole process', async () => {
    const work = 'globalThis.kept = Buffer.alloc(3e8, 1); setTimeout(() => {}, 100);';
    const { seconds, cpuSeconds, peakRssMb } = await measure(['-e', work], here);
    expect(seconds).toBeGreaterThan(0);
    if (process.platform !== 'linux') return;
    expect(peakRssMb).toBeGreaterThan(286);
    expect(cpuSeconds).toBeGreaterThan(0);
  });

  it('throws what a command said that failed', async () => {
    const failing = measure(['-e', 'console.error("no luck"); process.exit(3)'], here);
    await expect(failing).rejects.toThrow('exit code 3: no luck');
  });
});

const controlGroups = '/sys/fs/cgroup/cpu';

const canSlowDown = (() => {
  try {
    accessSync(controlGroups, constants.W_OK);
    return true;
  } catch {
    process.stderr.write(`notice: no test of slow cores, since ${controlGroups} cannot be written\n`);
    return false;
  }
})();

describe.skipIf(!canSlowDown)('slow cores', () => {
  const idle = 'setTimeout(() => {}, 2000);';
  const loop = 'const end = Date.now() + 2000; while (Date.now() < end);';
  const busy = `new (require('node:worker_threads').Worker)('${loop}', { eval: true }); ${idle}`;
  const onSlowCores = { environment: process.env, cwd: process.cwd(), slowCores: 3 };

  it('tell how busy the busiest thread was, whichever it is, and leave nothing behind', async () => {
    const before = readdirSync(controlGroups);
    const quiet = await measure(['-e', idle], onSlowCores);
    const lively = await measure(['-e', busy], onSlowCores);
    expect(quiet.busiestShare).toBeGreaterThan(0);
    expect(lively.busiestShare).toBeGreaterThan(quiet.busiestShare ?? 1);
    expect(readdirSync(controlGroups)).toEqual(before);
  });

  it('are given back when a command fails', async () => {
    const failing = measure(['-e', 'process.exit(3)'], onSlowCores);
    await expect(failing).rejects.toThrow('exit code 3');
    expect((await measure(['-e', idle], onSlowCores)).seconds).toBeGreaterThan(0);
  });
});

describe('npm run bench', () => {
  it('measures a scenario, goes on where it was, and writes a page with a row for every figure', async () => {
    await withFolder(async (work) => {
      const only = ['--only', 'first-load', '--only', 'answers', '--only', 'unchanged'];
      const args = ['--rows', '2000', '--turns', '1', '--work', work, ...only];
      const stdout = await runScript('run.js', args);
      const page = readFileSync(join(work, '2000/results.md'), 'utf8');
      expect(page).toMatch(/\| first-load \| naive peer \| 1 \| \d/);
      expect(page).toMatch(/\| tenfold \| once \| 0 \|/);
      expect(page).not.toContain('failed');
      expect(stdout).toContain('first load, rows shuffled: – (≤ 1.00 × tuned peer): not measured');
      const before = readFileSync(join(work, '2000/measures.json'), 'utf8');
      await runScript('run.js', args);
      expect(JSON.parse(readFileSync(join(work, '2000/measures.json'), 'utf8')).scenarios).toEqual(
        JSON.parse(before).scenarios,
      );
    });
  });
});
