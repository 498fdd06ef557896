import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import type { SettingName } from '../../../src/config/settings.js';
import { estimateBytes } from '../../../src/pipeline/disk-space.js';
import { makePlan, type Plan } from '../../../src/pipeline/plan.js';
import type { InputRow } from '../../model/input-value.js';
import { type Layout, writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

const ratesColumns: Layout['columns'] = {
  reporting_entity_name: 'text',
  provider_reference_id: 'int64',
  billing_code_type: 'text',
  billing_code: 'text',
  negotiated_rate: 'double',
  bundled_codes: 'text',
};
const providersColumns: Layout['columns'] = {
  reporting_entity_name: 'text',
  provider_group_id: 'int64',
  npi: 'text',
};
const entity = { reporting_entity_name: 'Acme' };

interface Inputs {
  readonly rates?: Readonly<Record<string, { readonly rows: number; readonly layout: Layout }>>;
  readonly providers?: Layout['columns'];
  readonly settings?: Readonly<Partial<Record<SettingName, unknown>>>;
}

const rowsOf = (count: number): InputRow[] =>
  Array.from({ length: count }, (_, index) => ({
    ...entity,
    provider_reference_id: 7n,
    provider_group_id: 7n,
    billing_code_type: 'CPT',
    billing_code: String(index),
    negotiated_rate: 1,
    npi: '1',
  }));

/** Plans the load of files in a folder of their own; nothing else is there afterwards. */
function plan({ rates, providers = providersColumns, settings = {} }: Inputs): Promise<Plan> {
  return withFolder(async (folder) => {
    const files = rates ?? {
      '202508_acme_ga_rates.parquet': { rows: 10, layout: { columns: ratesColumns } },
    };
    for (const [file, { rows, layout }] of Object.entries(files)) {
      const given = rowsOf(rows).map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => Object.hasOwn(layout.columns, name))),
      );
      await writeRows(join(folder, file), given, layout);
    }
    await writeRows(join(folder, '202508_acme_ga_providers.parquet'), rowsOf(3), { columns: providers });
    const before = readdirSync(folder);
    const { settings: resolved } = loadConfig({
      flags: { input_dir: folder, data_root: join(folder, 'data'), ...settings },
      environment: { settings: new Map(), configFile: undefined, noColor: true },
      file: '/dev/null',
    });
    try {
      return await makePlan({ payer: 'acme', settings: resolved });
    } finally {
      expect(readdirSync(folder)).toEqual(before);
    }
  });
}

describe('makePlan', () => {
  it('says everything that a run does', async () => {
    const made = await plan({ settings: { chunk_size: 4, memory_limit_mb: 1000, threads: 1, state: 'ga' } });
    expect(made).toMatchObject({
      payer: 'acme',
      state: 'GA',
      period: '202508',
      rules: {
        state: 'GA',
        emptyPosSet: '',
        providerGroupScope: 'payer',
        dimensionConflict: 'fill',
        mode: 'upsert',
      },
      payerSlugOverride: null,
      maxRejectRatio: 0.1,
      budget: { memoryLimitMb: 1000, threads: 1, chunkRows: 4 },
    });
    const { rates, providers } = made.sources;
    expect([rates.rows, rates.chunks, providers.rows, providers.chunks]).toEqual([10, 3, 3, 1]);
    expect(made.budget.databaseMb).toBeLessThan(1000);
    expect(made.outputs.map(({ table, exists }) => [table, exists])).toEqual([
      ['dim_code', false],
      ['dim_payer', false],
      ['dim_provider_group', false],
      ['dim_pos_set', false],
      ['xref_pg_npi', false],
      ['xref_pg_tin', false],
      ['fact_rate', false],
    ]);
    expect(made.outputs.map(({ path }) => path.replace(made.dataRoot, ''))).toEqual([
      '/dims/dim_code.parquet',
      '/dims/dim_payer.parquet',
      '/dims/dim_provider_group.parquet',
      '/dims/dim_pos_set.parquet',
      '/xrefs/xref_pg_member_npi.parquet',
      '/xrefs/xref_pg_member_tin.parquet',
      '/gold/fact_rate.parquet',
    ]);
  });

  it('has no files as outputs where they are tables of a catalog', async () => {
    const settings = { engine: 'spark', spark_catalog: 'lake.etl1' };
    expect(await plan({ settings })).toMatchObject({
      outputs: [],
      catalog: 'lake.etl1',
      snapshot: { outputs: {} },
    });
    expect((await plan({})).catalog).toBe(null);
  });

  it('has files of a cluster as outputs where there is a root, and needs no room for them here', async () => {
    const settings = { engine: 'spark', fact_layout: 'partitioned', spark_root: 'hdfs:///lake' };
    const there = await plan({ settings });
    expect(there.outputs).toEqual([]);
    expect(there.root?.outputs.map(({ path }) => path)).toEqual([
      'hdfs:///lake/dims/dim_code.parquet',
      'hdfs:///lake/dims/dim_payer.parquet',
      'hdfs:///lake/dims/dim_provider_group.parquet',
      'hdfs:///lake/dims/dim_pos_set.parquet',
      'hdfs:///lake/xrefs/xref_pg_member_npi.parquet',
      'hdfs:///lake/xrefs/xref_pg_member_tin.parquet',
      'hdfs:///lake/gold/fact_rate/_manifest.json',
    ]);
    expect(estimateBytes(there)).toBe(0);
    const beside = await plan({ settings: { ...settings, spark_catalog: 'lake.etl1' } });
    expect(beside.root).toEqual({ address: 'hdfs:///lake', outputs: [] });
    const here = await plan({});
    expect(here.root).toBe(null);
    expect(estimateBytes(here)).toBeGreaterThan(0);
  });

  it('reads only the columns of the contract', async () => {
    const { sources } = await plan({});
    expect([...(sources.rates.files[0]?.layout.keys() ?? [])].toSorted()).toEqual(
      Object.keys(ratesColumns)
        .filter((column) => column !== 'bundled_codes')
        .toSorted(),
    );
  });

  it('numbers the rows of several files as those of one', async () => {
    const layout = { columns: ratesColumns };
    const { sources } = await plan({
      rates: {
        '202508_acme_ga_rates_1.parquet': { rows: 10, layout: { ...layout, rowGroupSize: 4 } },
        '202508_acme_ga_rates_2.parquet': { rows: 0, layout },
        '202508_acme_ga_rates_3.parquet': { rows: 5, layout },
      },
      settings: { rates_file_pattern: '{period}_{payer}_{state}_rates_*.parquet' },
    });
    expect(sources.rates.files.map(({ firstRow, rows, rowGroups }) => [firstRow, rows, rowGroups])).toEqual([
      [0, 10, 3],
      [10, 0, sources.rates.files[1]?.rowGroups],
      [10, 5, 1],
    ]);
    expect(sources.rates.rows).toBe(15);
  });

  it('checks the columns of every file', async () => {
    const { billing_code: _, ...without } = ratesColumns;
    const rates = {
      '202508_acme_ga_rates_1.parquet': { rows: 1, layout: { columns: ratesColumns } },
      '202508_acme_ga_rates_2.parquet': { rows: 1, layout: { columns: without } },
    };
    const settings = { rates_file_pattern: '{period}_{payer}_{state}_rates_*.parquet' };
    await expect(plan({ rates, settings })).rejects.toMatchObject({
      kind: 'data',
      exitCode: 65,
      message: expect.stringMatching(/_rates_2\.parquet.*billing_code/),
    });
  });

  it('needs a name for the payer, in the file or in the settings', async () => {
    const { reporting_entity_name: _, ...providers } = providersColumns;
    await expect(plan({ providers })).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining('reporting_entity_name'),
      hint: expect.stringContaining('--payer-slug'),
    });
    const made = await plan({ providers, settings: { payer_slug_override: 'acme' } });
    expect(made.payerSlugOverride).toBe('acme');
  });
});
