import { join } from 'node:path';
import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { readWindow } from '../../../src/extract/read.js';
import { planWindows, type Window } from '../../../src/extract/windows.js';
import type { StagedCodes } from '../../../src/load/staged-codes.js';
import { readFooter } from '../../../src/parquet/footer.js';
import { RatesCodebook } from '../../../src/pipeline/coded-rates.js';
import type { PlannedFile } from '../../../src/pipeline/plan.js';
import { checkLayout } from '../../../src/sources/check.js';
import { sources } from '../../../src/sources/sources.js';
import type { InputRow } from '../../model/input-value.js';
import { type Layout, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

const price: InputRow = {
  reporting_entity_name: 'Acme Health',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: 7n,
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_rate: 80,
  service_codes: ['22', '11'],
};

interface Written {
  readonly rows: readonly InputRow[];
  readonly columns?: Layout['columns'];
  /** Rows of a row group, each of which is a window. */
  readonly windowRows?: number;
  readonly codec?: Layout['codec'];
}

async function planFile(
  path: string,
  { rows, columns = {}, windowRows = 100, codec = 'zstd' }: Written,
): Promise<PlannedFile> {
  const all = { ...plainRatesColumns, ...columns };
  await writeRows(path, rows, {
    columns: all,
    writer: 'duckdb',
    dictionaries: true,
    rowGroupSize: windowRows,
    codec,
  });
  const footer = await readFooter(path);
  const { bytes, createdBy } = footer;
  return {
    ...{ path, bytes, createdBy, footer, rows: rows.length, rowGroups: footer.rowGroups.length, firstRow: 0 },
    layout: checkLayout(sources.rates, path, footer.columns, true),
    generation: '',
    windows: planWindows(footer, { chunkRows: 100, windowRows, groupRows: rows.length, windowBytes: 1e9 }),
  };
}

/** Writes files and tells which of all their windows are planned to be read as codes. */
function plansOf(files: readonly Written[], payerSlugOverride: string | null = null): Promise<boolean[]> {
  return withFolder(async (folder) => {
    const planned: PlannedFile[] = [];
    for (const [index, file] of files.entries())
      planned.push(await planFile(join(folder, `${index}.parquet`), file));
    const codebook = codebookOf(planned, payerSlugOverride);
    return planned.flatMap((file) => file.windows.map((window) => codebook.plan(file, window) !== null));
  });
}

function codebookOf([first]: readonly PlannedFile[], payerSlugOverride: string | null = null): RatesCodebook {
  if (!first) throw new RangeError('no file');
  return new RatesCodebook(first, { payerSlugOverride });
}

const two = [price, { ...price, billing_code: '99214' }];

describe('planning a window', () => {
  it('has texts read as codes, and compiles once what is read alike', () =>
    withFolder(async (folder) => {
      const file = await planFile(join(folder, 'rates.parquet'), { rows: [...two, ...two], windowRows: 2 });
      const codebook = codebookOf([file]);
      const [first, second] = file.windows.map((window) => codebook.plan(file, window));
      expect(first).not.toBeNull();
      expect(second).toBe(first);
      expect([...(first?.coders.keys() ?? [])]).toEqual(['billing_code', 'service_codes']);
      expect(first?.columns).toEqual([
        'billing_code',
        'service_codes',
        'provider_reference_id',
        'negotiated_rate',
      ]);
    }));

  it('leaves windows alone that may have something to reject', async () => {
    const nulls = { ...price, negotiated_rate: null, billing_code: '1' };
    const rows = [...two, ...[nulls, price], ...[price, { ...price, reporting_entity_name: null }]];
    expect(await plansOf([{ rows, windowRows: 2 }])).toEqual([true, false, false]);
    expect(await plansOf([{ rows, windowRows: 2 }], 'acme')).toEqual([true, false, true]);
  });

  it('leaves files alone whose only payer, code or id is surely or maybe no text', async () => {
    const text = { provider_reference_id: 'text' } as const;
    for (const change of [
      { reporting_entity_name: '***' },
      { billing_code_type: ' ' },
      { billing_code: '\u3000' },
      { provider_reference_id: '😀' },
    ]) {
      const rows = two.map((row) => ({ ...row, billing_code: '1', provider_reference_id: '7', ...change }));
      expect(await plansOf([{ rows, columns: text }])).toEqual([false]);
    }
  });

  it('does not mix codes of files whose ids or service codes are of other kinds', async () => {
    const asText = {
      rows: two.map((row) => ({ ...row, service_codes: '11' })),
      columns: { service_codes: 'text' },
    } as const;
    const textIds = { rows: two, columns: { provider_reference_id: 'text' } } as const;
    expect(await plansOf([{ rows: two }, asText, textIds, { rows: two }])).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(await plansOf([asText, { rows: two }, asText])).toEqual([true, false, true]);
  });

  it('does not mix the two columns of ids', async () => {
    const columns = { provider_group_id: 'int64' } as const;
    const other = two.map((row) => ({ ...row, provider_reference_id: null, provider_group_id: 7n }));
    expect(await plansOf([{ rows: [...two, ...other], columns, windowRows: 2 }])).toEqual([true, false]);
    expect(await plansOf([{ rows: [...other, ...two], columns, windowRows: 2 }])).toEqual([true, false]);
  });
});

const staged = (rows: readonly Record<string, unknown>[]): StagedCodes => {
  const codes = (column: string) => [...new Set(rows.map((row) => BigInt(String(row[column]))))];
  return {
    codes: codes('code_code'),
    providers: codes('provider_code'),
  };
};

/** Reads a window as codes, reduces it and gives its facts. */
async function reduce(
  codebook: RatesCodebook,
  file: PlannedFile,
  window: Window,
  scratch: string,
  contextRows = new Map<string, number>(),
) {
  const planned = codebook.plan(file, window);
  if (!planned) return null;
  const { columns, coders, transform } = planned;
  const frame = await readWindow(
    file.footer,
    window,
    { columns, coders, collect: transform.collect },
    scratch,
  );
  const reduced = frame && (await transform.reduce(frame));
  if (!frame || !reduced) return null;
  for (const [code, rows] of reduced.contexts) contextRows.set(code, (contextRows.get(code) ?? 0) + rows);
  await codebook.noteServices(reduced, frame, transform);
  // numbers of 64 bits as text: in records they lose bits
  const texts = reduced.fact.columns.map((name) => pl.col(name).cast(pl.Utf8));
  return reduced.fact.select(...texts).toRecords();
}

const rowsOf = (frame: DataFrame, id: string) =>
  frame.toRecords().map(({ [id]: _, ...row }) => JSON.stringify(row));

describe('a codebook of rates', () => {
  it.each([
    ['lists', plainRatesColumns, [['22', '11'], ['11', '22', '11'], null, [], [null, 'a|b'], ['', ' ']]],
    ['text', { service_codes: 'text' }, ["['22', '11']", '11;22', null, '', 'a|b', ' ']],
  ] as const)(
    'tells what stands behind the codes of facts, with service codes as %s',
    (_, columns, services) =>
      withFolder(async (folder) => {
        const rows = services.map((codes, index) => ({
          ...price,
          service_codes: codes,
          billing_code: String(index % 2),
          description: index === 0 ? 'first' : null,
          last_updated_on: index === 5 ? ' ' : '2025-08-01',
          provider_reference_id: BigInt(index % 3),
        }));
        const file = await planFile(join(folder, 'rates.parquet'), { rows, columns, windowRows: 3 });
        const codebook = codebookOf([file]);
        const facts: Record<string, unknown>[] = [];
        const contextRows = new Map<string, number>();
        const scratch = join(folder, 'scratch.parquet');
        for (const window of file.windows)
          facts.push(...((await reduce(codebook, file, window, scratch, contextRows)) ?? []));
        expect(facts).toHaveLength(rows.length);
        const { star, warnings } = await codebook.resolve(staged(facts), contextRows, 50);
        expect(warnings).toEqual({ rate_percentage: 0, year_month_missing: 1 });
        expect(rowsOf(star.provider, 'provider_id').toSorted()).toEqual(
          ['0', '1', '2'].map((id) => JSON.stringify({ provider_group_id_raw: id })),
        );
        expect(rowsOf(star.code, 'code_id').toSorted()).toEqual([
          JSON.stringify({ code_type: 'CPT', code: '0', code_description: 'first', code_name: '' }),
          JSON.stringify({ code_type: 'CPT', code: '1', code_description: '', code_name: '' }),
        ]);
        expect(
          star.context
            .toRecords()
            .map((row) => row['year_month'])
            .toSorted(),
        ).toEqual(['', '2025-08']);
        const sets = new Set(star.pos_set.toRecords().map((row) => JSON.stringify(row['pos_members'])));
        expect(sets).toEqual(
          new Set([[], ['11', '22'], ['a', 'b']].map((members) => JSON.stringify(members))),
        );
      }),
  );

  it('has no codes in a codec that is not rewritten', () =>
    withFolder(async (folder) => {
      const file = await planFile(join(folder, 'rates.parquet'), { rows: two, codec: 'brotli' });
      const [window] = file.windows;
      const codebook = codebookOf([file]);
      expect(window && codebook.plan(file, window)).not.toBeNull();
      expect(window && (await reduce(codebook, file, window, join(folder, 'scratch.parquet')))).toBeNull();
    }));
});
