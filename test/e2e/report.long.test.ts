import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PageData, pageDataSchema, type RunPage } from '../../src/report/page-data.js';
import { copyPayer, inWorkspace, type Workspace } from './workspace.js';

/** The data in a page about a run. */
function readPage(path: string): RunPage {
  const [, json = ''] =
    /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(readFileSync(path, 'utf8')) ?? [];
  const data: PageData = pageDataSchema.parse(JSON.parse(json));
  if (data.kind !== 'run') throw new Error('not a page about a run');
  return data;
}

const runsOf = ({ folder }: Workspace, ending = '.json') =>
  readdirSync(join(folder, 'data/runs'))
    .filter((name) => name.endsWith(ending))
    .sort();

const load = ['--payer', 'aetna', '--no-progress'];

describe('etl1 report', () => {
  it('writes one page beside the record of the run, and prints where', async () => {
    await inWorkspace(async (workspace) => {
      const { etl1, folder } = workspace;
      // what a report that was killed left
      workspace.write('data/runs/.x.html.20250801T000000Z-abcdef', '');
      await etl1(load);
      const [record = ''] = runsOf(workspace);
      const id = record.replace('.json', '');
      const page = join(folder, `data/runs/${id}.html`);
      const { exitCode, stdout, stderr } = await etl1(['report', id]);
      expect([exitCode, stdout, stderr]).toEqual([0, `${page}\n`, '']);
      expect(statSync(page).size).toBeLessThan(2_000_000);
      expect(readdirSync(join(folder, 'data/runs')).sort()).toEqual([`${id}.html`, `${id}.json`]);
      const { run, outputs } = readPage(page);
      expect(run).toMatchObject({
        ...{ id, payer: 'aetna', state: 'GA', period: '202508', previous: null },
        balance: { read: 20_000, rejected: 13, duplicates: 9_959, known: 0, inserted: 10_028 },
        settings: [],
        chunks: { total: 2 },
      });
      expect(run.rejects.rows.map(({ reason, rows, examples }) => [reason, rows, examples.length])).toEqual([
        ['code_missing', 6, 3],
        ['rate_missing', 4, 3],
        ['rate_not_finite', 3, 3],
      ]);
      expect(outputs).toMatchObject({
        scope: 'the rates of aetna-health-plan, GA, 2025-08',
        changed: null,
        problem: null,
        facts: { rates: 10_028, unusable: 0, codes: { total: 80 } },
      });
      // a page is no record
      expect((await etl1(['runs'])).stdout.trim().split('\n')).toHaveLength(2);
      expect((await etl1(load)).stdout).toMatch(/^Nothing to do/);
    });
  });

  it('takes the beginning of an id and the latest, and goes where it is told', async () => {
    await inWorkspace(async (workspace) => {
      const { etl1, folder } = workspace;
      await etl1(load);
      await etl1([...load, '--force', '--chunk-size', '5000']);
      const { stdout } = await etl1([
        'report',
        'latest',
        '--output',
        'pages/last.html',
        '--output-format',
        'json',
      ]);
      const page = join(folder, 'pages/last.html');
      expect(JSON.parse(stdout)).toEqual({ status: 'reported', report: page });
      const { run } = readPage(page);
      expect(run.settings).toEqual([{ name: 'chunk_size', value: '5000', origin: 'flag' }]);
      expect(run.previous).toMatchObject({ read: 20_000, inserted: 10_028 });
      expect(run.chunks?.points.map(({ rows }) => rows)).toEqual([5000, 5000, 5000, 5000, 2000]);
      expect(run.balance).toMatchObject({ known: 10_028, inserted: 0 });
      const first = await etl1(['report', run.previous?.id.slice(0, -2) ?? '', '--output', 'first.html']);
      expect(first.exitCode).toBe(0);
      expect(readPage(join(folder, 'first.html')).run.id).toBe(run.previous?.id);
    });
  });

  it('knows no other run, and takes no other name for a page', async () => {
    await inWorkspace(async ({ etl1 }) => {
      await etl1(load);
      const missing = await etl1(['report', '2020', '--output-format', 'json']);
      expect(missing.exitCode).toBe(64);
      expect(JSON.parse(missing.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 64 } });
      const odd = await etl1(['report', 'latest', '--output', 'data/gold/fact_rate.parquet']);
      expect(odd.stderr).toMatch(/fact_rate\.parquet: expected the name of a page, such as report\.html/);
      expect(odd.exitCode).toBe(64);
      const nothing = await etl1(['report']);
      expect(nothing.stderr).toContain('<run-id>: expected a value; found none');
      expect(nothing.exitCode).toBe(64);
    });
  });

  it('says what the outputs are by now, or that they are gone', async () => {
    await inWorkspace(async (workspace) => {
      const { etl1, folder, write } = workspace;
      await etl1(load);
      const [record = ''] = runsOf(workspace);
      const id = record.replace('.json', '');
      copyPayer(workspace, 'uhc');
      await etl1(['--payer', 'uhc', '--payer-slug', 'uhc', '--no-progress']);
      const page = join(folder, 'page.html');
      await etl1(['report', id, '--output', 'page.html']);
      const { outputs } = readPage(page);
      expect(outputs.changed).toMatch(
        /^1 later run published .*, the last \S+ of payer uhc; different by now: .*fact_rate$/,
      );
      expect(outputs.facts?.rates).toBe(10_028);
      write('data/dims/dim_code.parquet', 'PAR1');
      expect((await etl1(['report', id, '--output', 'page.html'])).exitCode).toBe(0);
      expect(readPage(page).outputs).toMatchObject({
        facts: null,
        problem: expect.stringMatching(/dim_code\.parquet: cannot be read as parquet/),
      });
      expect(readPage(page).run.balance.inserted).toBe(10_028);
    });
  });

  it('shows partitions as it shows one file, and months of history', async () => {
    await inWorkspace(async (workspace) => {
      const { etl1, folder, write } = workspace;
      write('config/etl1.yaml', 'fact_layout: partitioned\n');
      await etl1(load);
      await etl1(['report', 'latest', '--output', 'partitioned.html']);
      await etl1(['migrate', '--to', 'single']);
      await etl1(['report', 'latest', '--output', 'single.html']);
      const [one, other] = ['partitioned.html', 'single.html'].map(
        (name) => readPage(join(folder, name)).outputs,
      );
      expect(one?.facts?.rates).toBe(10_028);
      expect(other?.facts).toEqual(one?.facts);
    });
  });
});

describe('etl1 --report', () => {
  it('writes the page once the run has published, also where there is nothing to do', async () => {
    await inWorkspace(async (workspace) => {
      const { etl1, folder } = workspace;
      const { exitCode, stdout, stderr } = await etl1([...load, '--report', '--output-format', 'json']);
      expect(exitCode).toBe(0);
      const { run_id: id } = JSON.parse(stdout);
      const page = join(folder, `data/runs/${id}.html`);
      expect(stderr).toContain(`Report: ${page}\n`);
      expect(readPage(page).run.id).toBe(id);
      writeFileSync(page, '');
      const again = await etl1([...load, '--report']);
      expect(again.stdout).toMatch(/^Nothing to do/);
      expect(again.stderr).toContain(`Report: ${page}\n`);
      expect(readPage(page).run.id).toBe(id);
      const quiet = await etl1([...load, '--report', '--quiet']);
      expect([quiet.stdout, quiet.stderr]).toEqual(['', '']);
    });
  });

  it('does not fail a load that is published', async () => {
    await inWorkspace(async ({ etl1, folder }) => {
      const environment = { TMPDIR: join(folder, 'nowhere') };
      const { exitCode, stdout, stderr } = await etl1([...load, '--report'], { environment });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^✅ ETL1 pipeline completed/m);
      expect(stderr).toMatch(
        /etl1: warning: the load is published, but there is no report: no folder can be made in .*; `etl1 report \S+` tries again\n/,
      );
    });
  });

  it('reports on each of several payers', async () => {
    await inWorkspace(async (workspace) => {
      copyPayer(workspace, 'uhc');
      const payers = ['--payer', 'aetna', '--payer', 'uhc', '--payer-slug', 'one'];
      const { exitCode } = await workspace.etl1([...payers, '--jobs', '2', '--report', '--no-progress']);
      expect(exitCode).toBe(0);
      const pages = runsOf(workspace, '.html').map(
        (name) => readPage(join(workspace.folder, 'data/runs', name)).run.payer,
      );
      expect(pages.sort()).toEqual(['aetna', 'uhc']);
    });
  });
});
