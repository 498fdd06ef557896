import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { layoutThere } from '../../../src/pipeline/fact-layout.js';
import { outputsOf } from '../../../src/pipeline/locate.js';
import { type Look, lookAtOutputs } from '../../../src/report/look-at-outputs.js';
import type { Slices } from '../../../src/report/sql.js';
import type { OutputRow } from '../../model/tables.js';
import { withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { makeFact, type OutputRows, soundOutputs, writeOutputs } from '../../support/sound-outputs.js';

const slice = { state: 'GA', payer_slug: 'acme', year_month: '2025-08' };

async function lookAt(dataRoot: string, slices: Slices, rejects: string | null = null): Promise<Look> {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  const { settings } = loadConfig({ flags: { data_root: dataRoot }, environment, file: '/dev/null' });
  return lookAtOutputs({
    outputs: outputsOf(dataRoot, settings, layoutThere(dataRoot, settings)),
    slices,
    rejects: rejects === null ? [] : [{ source: 'rates', path: rejects }],
    budget: { databaseMb: 128, threads: 1 },
    signal: new AbortController().signal,
  });
}

async function lookAtFacts(
  facts: readonly OutputRow[],
  slices: Slices = [slice],
  others: Partial<OutputRows> = {},
) {
  return withFolder(async (folder) => {
    await writeOutputs(folder, { ...soundOutputs(), fact_rate: [...facts], ...others });
    const { facts: seen, problem } = await lookAt(folder, slices);
    expect(problem).toBeNull();
    return seen;
  });
}

/** The smallest value with a share of all at or below it. */
function quantile(values: readonly number[], quarters: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil((sorted.length * quarters) / 4) - 1];
}

describe('lookAtOutputs', () => {
  it.each([1, 2, 3, 4, 5, 8, 101])('finds the quartiles of %i rates', async (size) => {
    const rates = Array.from(
      { length: size },
      (_, index) => ((index * 37) % 101) + 0.25 + Math.floor(index / 50),
    );
    const seen = await lookAtFacts(rates.map((negotiated_rate) => makeFact({ negotiated_rate })));
    expect(seen?.codes.rows).toEqual([
      {
        ...{ type: 'CPT', code: '99213', about: 'Office visit', unit: 'dollars' },
        ...{ rates: size, zeros: 0, percentages: 0 },
        outliers: rates.filter((rate) => {
          const median = quantile(rates, 2) ?? 0;
          return rate > median * 10 || rate < median / 10;
        }).length,
        ...{ min: Math.min(...rates), max: Math.max(...rates), least: Math.min(...rates) },
        ...{ q1: quantile(rates, 1), median: quantile(rates, 2), q3: quantile(rates, 3) },
      },
    ]);
  });

  it('keeps percentages apart from prices, and marks zeros and outliers', async () => {
    const percentage = (negotiated_rate: number) =>
      makeFact({ negotiated_rate, negotiated_type: ' Percentage' });
    const seen = await lookAtFacts([
      ...[0, 90, 100, 110, 1001].map((negotiated_rate) => makeFact({ negotiated_rate })),
      ...[40, 60].map(percentage),
      percentage(0),
    ]);
    expect(seen?.codes.rows[0]).toMatchObject({
      ...{ rates: 8, zeros: 2, percentages: 3, outliers: 1, unit: 'dollars' },
      ...{ min: 0, q1: 90, median: 100, q3: 110, max: 1001, least: 90 },
    });
    expect(seen?.overall).toMatchObject({ rates: 8, zeros: 2, percentages: 3, outliers: 1, median: 100 });
    expect(seen?.types.rows.map(({ label, unit, median, rates }) => [label, unit, median, rates])).toEqual([
      ['negotiated', 'dollars', 100, 5],
      [' Percentage', 'percent', 40, 3],
    ]);
    expect(seen?.histogram.reduce((sum, { rates }) => sum + rates, 0)).toBe(4);
    expect(seen?.histogram.every(({ from, to }) => from < to)).toBe(true);
  });

  it('looks at the slices of the run, and at all months of their payers', async () => {
    const facts = [
      makeFact(),
      makeFact({ year_month: '2025-07', negotiated_rate: 50 }),
      makeFact({ year_month: null, negotiated_rate: 60 }),
      makeFact({ payer_slug: 'other', negotiated_rate: 70 }),
      makeFact({ state: 'TX', negotiated_rate: 80 }),
    ];
    const one = await lookAtFacts(facts);
    expect([one?.rates, one?.overall?.median]).toEqual([1, 95.5]);
    expect(one?.months.rows.map(({ label, rates }) => [label, rates])).toEqual([
      ['2025-08', 1],
      ['2025-07', 1],
      ['', 1],
    ]);
    expect((await lookAtFacts(facts, [{ ...slice, year_month: null }]))?.overall?.median).toBe(60);
    expect((await lookAtFacts(facts, null))?.rates).toBe(5);
    expect(await lookAtFacts(facts, [])).toMatchObject({
      rates: 0,
      overall: null,
      codes: { total: 0, rows: [] },
    });
  });

  it('takes values for text', async () => {
    const odd = `it's "</script>" 👩‍⚕️`;
    const seen = await lookAtFacts(
      [makeFact({ billing_class: odd, code: odd, pos_set_id: 'gone' }), makeFact({ billing_class: null })],
      [
        { ...slice, payer_slug: 'acme' },
        { ...slice, payer_slug: `a' OR true --` },
      ],
      { dim_code: [{ code_type: 'CPT', code: odd, code_name: 'x'.repeat(300) }] },
    );
    expect(seen?.classes.rows.map(({ label }) => label)).toEqual(['', odd]);
    expect(seen?.codes.rows.find(({ code }) => code === odd)?.about).toBe(`${'x'.repeat(100)}…`);
    expect(seen?.posSets.rows.map(({ label }) => label)).toEqual(['11', 'gone']);
  });

  it('counts rates that are of no use apart', async () => {
    const rates = [null, Number.NaN, Number.POSITIVE_INFINITY, 5];
    const seen = await lookAtFacts(rates.map((negotiated_rate) => makeFact({ negotiated_rate })));
    expect([seen?.rates, seen?.unusable, seen?.overall?.rates]).toEqual([4, 3, 1]);
  });

  it('counts groups by their members', async () => {
    const group = soundOutputs().dim_provider_group[0];
    const of = (pg_uid: string) => ({ ...group, pg_uid });
    const npis = (pg_uid: string, many: number) =>
      Array.from({ length: many }, (_, index) => ({ pg_uid, npi: String(1_000_000_000 + index) }));
    const seen = await lookAtFacts([makeFact()], [slice], {
      dim_provider_group: [of('a'), of('b'), of('c'), { ...of('d'), payer_slug: 'other' }],
      xref_pg_npi: [...npis('a', 1), ...npis('b', 60), ...npis('d', 1)],
      xref_pg_tin: [],
    });
    const groups = seen?.groupSizes.filter(({ npi, tin }) => npi + tin > 0);
    expect(groups).toEqual([
      { size: '0', npi: 1, tin: 3 },
      { size: '1', npi: 1, tin: 0 },
      { size: '51–100', npi: 1, tin: 0 },
    ]);
  });

  it('shows a few rejected rows of each reason, and does without a file that is gone', async () => {
    await withFolder(async (folder) => {
      await writeOutputs(folder, soundOutputs());
      const file = join(folder, 'rejects/x/rates.parquet');
      mkdirSync(dirname(file), { recursive: true });
      const columns = [
        'reporting_entity_name',
        'billing_code_type',
        'negotiated_rate',
        'provider_reference_id',
      ];
      await withDatabase((connection) =>
        connection.run(
          `COPY (SELECT CASE WHEN i < 10000 THEN 'rate_missing' ELSE 'code_missing' END AS reject_reason, '/a/b.parquet' AS source_file,
            i AS file_row_number, repeat('é', 300) AS billing_code, ${columns.map((name) => `NULL::VARCHAR AS ${name}`).join(', ')} FROM range(10001) t(i))
            TO '${file}' (FORMAT PARQUET)`,
        ),
      );
      const { examples } = await lookAt(folder, [slice], file);
      expect(examples.rates['rate_missing']?.map(({ title }) => title)).toEqual([
        'row 0 of b.parquet',
        'row 1 of b.parquet',
        'row 2 of b.parquet',
      ]);
      expect(examples.rates['code_missing']?.[0]?.values).toContainEqual({
        name: 'billing_code',
        value: `${'é'.repeat(100)}…`,
      });
      expect((await lookAt(folder, [slice], join(folder, 'gone.parquet'))).examples.rates).toEqual({});
    });
  });
});
