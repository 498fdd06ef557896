import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import type { SettingName } from '../../../src/config/settings.js';
import { readFooter } from '../../../src/parquet/footer.js';
import type { Observer, RunEvent } from '../../../src/pipeline/events.js';
import { makePlan } from '../../../src/pipeline/plan.js';
import { executePlan } from '../../../src/pipeline/run.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import type { InputRow } from '../../model/input-value.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { withDatabase } from '../../support/fixture-database.js';
import { pathOf, withFolder } from '../../support/load-pair.js';

const price: InputRow = {
  reporting_entity_name: 'Acme',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: 7n,
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_rate: 80,
  service_codes: ['11'],
};

const member: InputRow = {
  reporting_entity_name: 'Acme',
  version: '1.0.0',
  provider_group_id: 7n,
  npi: '1',
  tin_value: '2',
};

interface Job {
  readonly folder: string;
  /** Rows of each rates file. */
  readonly rates?: readonly (readonly InputRow[])[];
  readonly settings?: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly observe?: Observer;
  /** What is done to the inputs before the plan is made. */
  readonly spoil?: () => Promise<void>;
}

async function run({
  folder,
  rates = [[price]],
  settings = {},
  observe = () => {},
  spoil,
}: Job): Promise<Summary> {
  const input = join(folder, 'input');
  await mkdir(input, { recursive: true });
  for (const [index, rows] of rates.entries()) {
    const layout = { columns: plainRatesColumns, rowGroupSize: 3 };
    await writeRows(join(input, `202508_acme_ga_rates_${index}.parquet`), rows, layout);
  }
  await writeRows(join(input, '202508_acme_ga_providers.parquet'), [member], {
    columns: plainProvidersColumns,
  });
  const config = loadConfig({
    flags: {
      input_dir: input,
      data_root: join(folder, 'data'),
      rates_file_pattern: '{period}_{payer}_{state}_rates_*.parquet',
      threads: 1,
      memory_limit_mb: 512,
      ...settings,
    },
    environment: { settings: new Map(), configFile: undefined, noColor: true },
    file: '/dev/null',
  });
  await spoil?.();
  const plan = await makePlan({ payer: 'acme', settings: config.settings });
  return executePlan(plan, { observe });
}

/** Files below the data root, but for locks, manifests and what is staged. */
async function filesBelow(folder: string): Promise<string[]> {
  const root = join(folder, 'data');
  const paths = await readdir(root, { recursive: true }).catch(() => []);
  const isFile = await Promise.all(paths.map(async (path) => (await stat(join(root, path))).isFile()));
  const isKept = (path: string) => /^(?:\.locks|\.staging|runs)\//.test(path);
  return paths.filter((path, index) => isFile[index] && !isKept(path)).sort();
}

const outputs = [
  'dims/dim_code.parquet',
  'dims/dim_payer.parquet',
  'dims/dim_pos_set.parquet',
  'dims/dim_provider_group.parquet',
  'gold/fact_rate.parquet',
  'xrefs/xref_pg_member_npi.parquet',
  'xrefs/xref_pg_member_tin.parquet',
];

describe('a run', () => {
  it('leaves the seven outputs and nothing else', async () => {
    await withFolder(async (folder) => {
      const summary = await run({ folder, rates: [[price, price], [price]] });
      expect(await filesBelow(folder)).toEqual(outputs);
      expect(summary).toMatchObject({
        status: 'published',
        payer: 'acme',
        state: 'GA',
        period: '202508',
        processed_rates: 3,
        processed_providers: 1,
        rejects: { rates: {}, providers: {} },
        rejects_folder: null,
        warnings: {},
      });
      const { rates, providers, merge, publish } = summary.steps;
      for (const seconds of [rates, providers, merge, publish]) expect(seconds).toBeGreaterThan(0);
      const sizes = await Promise.all(Object.values(summary.tables).map(({ path }) => stat(path)));
      expect(Object.values(summary.tables).map(({ bytes }) => bytes)).toEqual(sizes.map(({ size }) => size));
    });
  });

  it('says what it does, chunk by chunk, and then merges and publishes', async () => {
    await withFolder(async (folder) => {
      const events: RunEvent[] = [];
      const rows = Array.from({ length: 7 }, (_, index) => ({ ...price, billing_code: String(index) }));
      await run({
        folder,
        rates: [rows, rows],
        settings: { chunk_size: 3 },
        observe: (event) => events.push(event),
      });
      const started = events.flatMap((event) =>
        event.type === 'chunk-started'
          ? [[event.source, event.chunk, event.chunks, event.firstRow, event.rows]]
          : [],
      );
      const rates = started.filter(([source]) => source === 'rates');
      expect(rates.map(([, chunk]) => chunk)).toEqual(rates.map((_, index) => index + 1));
      expect(rates.every(([, , chunks]) => chunks === rates.length)).toBe(true);
      let next = 0;
      for (const [, , , firstRow, count] of rates) {
        expect(firstRow).toBe(next);
        next += Number(count);
      }
      expect(next).toBe(14);
      expect(started.at(-1)).toEqual(['providers', 1, 1, 0, 1]);
      const finished = events.filter(({ type }) => type === 'chunk-finished');
      expect(finished).toHaveLength(started.length);
      const steps = events.flatMap((event) => (event.type === 'step-finished' ? [event.step] : []));
      expect(steps).toEqual(['rates', 'providers', 'merge', 'publish']);
      expect(events.at(0)?.type).toBe('started');
    });
  });

  it('says how far each step is, from its beginning to its end', async () => {
    await withFolder(async (folder) => {
      const events: RunEvent[] = [];
      const observe = (event: RunEvent) => events.push(event);
      const rows = Array.from({ length: 7 }, (_, index) => ({ ...price, billing_code: String(index) }));
      await run({ folder, rates: [rows], settings: { chunk_size: 3 }, observe });
      const progressOf = (name: string) =>
        events.flatMap((event) => (event.type === 'progressed' && event.step === name ? [event] : []));
      for (const step of ['rates', 'providers', 'merge', 'publish']) {
        const told = progressOf(step);
        expect(told.at(0)).toMatchObject({ done: 0, rows: 0 });
        const done = told.map((event) => event.done);
        expect(done).toEqual(done.toSorted((one, other) => one - other));
        expect(told.at(-1)?.done).toBe(told.at(-1)?.of);
      }
      expect(progressOf('rates').at(-1)).toMatchObject({ done: 7, of: 7, rows: 7 });
      expect(progressOf('providers').at(-1)).toMatchObject({ done: 1, of: 1, rows: 1 });
      const ended = events.flatMap((event) =>
        event.type === 'step-finished' ? [[event.step, event.rowsIn, event.rowsOut]] : [],
      );
      const rowsOf = (table: string) => progressOf(table).at(-1)?.rows;
      // 7 codes and facts, and a payer, a group, a place-of-service set, an NPI and a TIN
      expect([rowsOf('merge'), rowsOf('publish')]).toEqual([19, 19]);
      expect(ended.slice(2).map(([step, , rowsOut]) => [step, rowsOut])).toEqual([
        ['merge', 19],
        ['publish', 19],
      ]);
    });
  });

  it('works below folders with names of any kind', async () => {
    await withFolder(async (root) => {
      const folder = join(root, `we[ir]d*?'"; DROP TABLE x; -- {a} %20 year=2024`);
      const rejected = { ...price, negotiated_rate: null };
      const settings = { max_reject_ratio: 1 };
      await run({ folder, rates: [[price, rejected]], settings });
      const again = await run({ folder, rates: [[{ ...price, billing_code: '2' }]], settings });
      expect(again.tables['fact_rate']).toMatchObject({ inserted: 1, kept: 1, total: 2 });
      expect((await filesBelow(folder)).filter((file) => !file.startsWith('rejects/'))).toEqual(outputs);
    });
  });
});

describe('the rejects of a run', () => {
  const bad = { ...price, negotiated_rate: null };

  it('are written whole, with the file and row that they came from', async () => {
    await withFolder(async (folder) => {
      const summary = await run({
        folder,
        rates: [
          [price, bad, price, price, { ...bad, billing_code: ' ' }],
          [bad, price],
        ],
        settings: { max_reject_ratio: 0.5, chunk_size: 2 },
      });
      expect(summary.rejects).toEqual({ rates: { rate_missing: 2, code_missing: 1 }, providers: {} });
      const file = join(folder, 'data', 'rejects', summary.run_id, 'rates.parquet');
      expect(summary.rejects_folder).toBe(join(folder, 'data', 'rejects', summary.run_id));
      const rows = await withDatabase(async (connection) => {
        const reader = await connection.runAndReadAll(
          `SELECT * FROM '${file}' ORDER BY source_file, file_row_number`,
        );
        return reader.getRowObjectsJson();
      });
      expect(rows).toMatchObject([
        { file_row_number: '1', reject_reason: 'rate_missing', billing_code: '99213', service_codes: '11' },
        { file_row_number: '4', reject_reason: 'code_missing', billing_code: ' ' },
        { file_row_number: '0', reject_reason: 'rate_missing' },
      ]);
      expect(rows.map((row) => String(row['source_file']).replace(/.*_/, ''))).toEqual([
        '0.parquet',
        '0.parquet',
        '1.parquet',
      ]);
      expect(Object.keys(rows[0] ?? {})).toEqual(
        expect.arrayContaining(['reporting_entity_name', 'negotiated_rate']),
      );
    });
  });

  it('stop it before anything is published where they are too many', async () => {
    await withFolder(async (folder) => {
      const rates = [[price, bad, price, price, price]];
      const stopped = run({ folder, rates, settings: { max_reject_ratio: 0.19 } });
      await expect(stopped).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(/^1 of 5 rates rows are rejected \(rate_missing 1\).*0\.19/),
      });
      expect((await filesBelow(folder)).map((file) => file.split('/')[0])).toEqual(['rejects']);
      await run({ folder, rates, settings: { max_reject_ratio: 0.2 } });
      expect((await filesBelow(folder)).filter((file) => !file.startsWith('rejects/'))).toEqual(outputs);
    });
  });
});

describe('a run that fails', () => {
  it('because something is in the place of an output by now changes none, and leaves no file that waits', async () => {
    await withFolder(async (folder) => {
      const fact = pathOf(join(folder, 'data'), 'fact_rate');
      const events: Promise<unknown>[] = [];
      const blockFact: Observer = (event) => {
        if (event.type === 'chunk-finished' && events.length === 0) {
          events.push(mkdir(join(fact, 'taken'), { recursive: true }));
        }
      };
      await expect(run({ folder, observe: blockFact })).rejects.toMatchObject({
        kind: 'data',
        exitCode: 65,
        message: expect.stringContaining(fact),
      });
      await Promise.all(events);
      expect(await filesBelow(folder)).toEqual([]);
    });
  });

  it.each([1, 20])('because rows cannot be decoded publishes nothing, with %i chunks', async (chunks) => {
    await withFolder(async (folder) => {
      const file = join(folder, 'input', '202508_acme_ga_rates_0.parquet');
      const rates = [Array.from({ length: 400 }, (_, index) => ({ ...price, billing_code: `${index}` }))];
      const spoil = async () => {
        // one page in the middle of the file: the chunks before it are well
        const { rowGroups } = await readFooter(file);
        const group = rowGroups[Math.floor(rowGroups.length / 2)];
        const page = group?.chunks.find(({ column }) => column === 'negotiated_rate');
        if (!page) throw new RangeError('no page to spoil');
        const handle = await open(file, 'r+');
        try {
          await handle.write(Buffer.alloc(page.bytes, 0xff), 0, undefined, page.start);
        } finally {
          await handle.close();
        }
      };
      const settings = { chunk_size: 400 / chunks, on_chunk_error: 'abort' };
      await expect(run({ folder, rates, settings, spoil })).rejects.toMatchObject({
        kind: 'input',
        exitCode: 66,
        message: expect.stringContaining(file),
      });
      expect(await filesBelow(folder)).toEqual([]);
    });
  });

  it('because a file is in its place says so', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const dataRoot = join(folder, 'file', 'data');
      await expect(run({ folder, settings: { data_root: dataRoot } })).rejects.toMatchObject({
        kind: 'output',
      });
    });
  });
});
