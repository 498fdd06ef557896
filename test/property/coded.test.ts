import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observer } from '../../src/pipeline/events.js';
import type { InputRow, InputValue } from '../model/input-value.js';
import { type Settings, settingsFor } from '../model/settings.js';
import { noTables, type Tables } from '../model/tables.js';
import {
  codableColumns,
  codableLayout,
  hasHollowGroup,
  nearlyCodableColumns,
  uncodable,
} from '../support/arbitrary-coded.js';
import type { Columns } from '../support/arbitrary-columns.js';
import { arbitraryLayout } from '../support/arbitrary-file.js';
import { dealRows, plainLayout } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import {
  arbitraryProviders,
  arbitraryRates,
  arbitraryTable,
  type RandomTable,
} from '../support/arbitrary-table.js';
import { type Part, writeFiles } from '../support/compare-files.js';
import { expectLoad } from '../support/compare-load.js';
import {
  type Layout,
  plainProvidersColumns,
  plainRatesColumns,
  type StoredType,
} from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';
import { type Way, WayWatcher } from '../support/staged-ways.js';

const maxRows = 60;

const tableOver = (columns: fc.Arbitrary<Columns>) =>
  columns.chain((drawn) => arbitraryTable(drawn, maxRows, 1));

const layoutFor = ({ columns, rows }: RandomTable) =>
  codableLayout(columns['service_codes'] === 'list', rows.length);

const optional = ['name', 'description', 'version', 'expiration_date', 'billing_class', 'last_updated_on'];

/** A table without some of the columns that need not be there: files of one load may have different ones. */
function without({ columns, rows }: RandomTable, left: readonly string[]): RandomTable {
  const kept = Object.entries(columns).filter(([name]) => !left.includes(name));
  return { columns: Object.fromEntries(kept), rows };
}

/** One table in several files, each in a layout and with columns of its own. */
const codableParts: fc.Arbitrary<readonly Part[]> = tableOver(codableColumns).chain((table) =>
  fc
    .array(fc.tuple(layoutFor(table), fc.subarray(optional, { maxLength: 2 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((files) =>
      dealRows(
        table,
        files.map(([layout]) => layout),
      ).map((part, index) => ({ ...part, table: without(part.table, files[index]?.[1] ?? []) })),
    ),
);

const codablePart = (columns: fc.Arbitrary<Columns>): fc.Arbitrary<Part> =>
  tableOver(columns).chain((table) => fc.record({ table: fc.constant(table), layout: layoutFor(table) }));

const anyPart = fc.record({ table: arbitraryRates(maxRows), layout: arbitraryLayout(maxRows) });

/** Files of which some can be read as codes, some cannot, and some can in parts. */
const mixedParts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.oneof(codablePart(codableColumns), codablePart(nearlyCodableColumns), anyPart),
  { minLength: 2, maxLength: 3 },
);

/** Chunks of any size, but not too many of them. */
const arbitraryChunks = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 30 })),
  most: fc.integer({ min: 1, max: 5 }),
  windowRows: fc.integer({ min: 20, max: 100 }),
});

interface Case {
  readonly rates: readonly Part[];
  readonly providers: RandomTable;
  readonly settings: Settings;
  readonly chunks: { readonly size: number; readonly most: number; readonly windowRows: number };
}

/** Loads, expects what the model says of it, and tells how chunks were reduced. */
async function load(
  folder: string,
  { rates, providers, settings, chunks }: Case,
  before = noTables,
  observe: Observer = () => {},
) {
  const parts = { rates, providers: [{ table: providers, layout: plainLayout }] };
  const files = await writeFiles(join(folder, 'input'), parts);
  const rows = rates.reduce((sum, { table }) => sum + table.rows.length, 0);
  const dataRoot = join(folder, 'data');
  const watcher = new WayWatcher(dataRoot);
  const tables: Tables = await expectLoad({
    dataRoot,
    files,
    settings,
    chunkSize: Math.max(chunks.size, Math.ceil(rows / chunks.most)),
    before,
    conditions: {
      observe: (event) => {
        watcher.observe(event);
        observe(event);
      },
      windowRows: chunks.windowRows,
    },
  });
  return { tables, ways: watcher.ways };
}

/** Loads as codes where that can be, and then row by row; expects the same of both. Tells how the first was done. */
async function loadBothWays(input: Case): Promise<readonly Way[]> {
  const rates = input.rates.map(({ table, layout }, index) => ({ table, layout: uncodable(layout, index) }));
  return withFolder(async (folder) => {
    const coded = await load(join(folder, 'codes'), input);
    const plain = await load(join(folder, 'rows'), { ...input, rates });
    expect(plain.tables).toEqual(coded.tables);
    if (rates.every(hasSeveralCodes)) expect(plain.ways).not.toContain('codes');
    return coded.ways;
  });
}

/** Whether a text differs from row to row: else there is nothing to recode, in whatever codec. */
const hasSeveralCodes = ({ table }: Part) =>
  new Set(table.rows.map(({ billing_code: code }) => code)).size > 1;

/** Whether all chunks are sure to be read as codes. */
function areFullyCodable(parts: readonly Part[]): boolean {
  const hasDictionaries = ({ table, layout }: Part) =>
    layout.writer === 'polars' || !hasHollowGroup(table, layout.rowGroupSize ?? table.rows.length);
  // the two writers have different types for nothing, and codes of different layouts do not go together
  const hasNothing = ({ table: { columns } }: Part) =>
    ['provider_reference_id', 'service_codes'].some((name) => columns[name] === 'null');
  const writers = new Set(parts.map(({ layout }) => layout.writer));
  return parts.every(hasDictionaries) && (writers.size === 1 || !parts.some(hasNothing));
}

const caseOf = (rates: fc.Arbitrary<readonly Part[]>): fc.Arbitrary<Case> =>
  fc.record({
    rates,
    providers: arbitraryProviders(8),
    settings: arbitraryKeySettings,
    chunks: arbitraryChunks,
  });

describe('rates that are read as codes', () => {
  it('come to what they come to row by row, and by the model', () =>
    check(
      4,
      fc.asyncProperty(caseOf(codableParts), async (input) => {
        const ways = await loadBothWays(input);
        if (areFullyCodable(input.rates)) expect(ways).not.toContain('rows');
      }),
    ));

  it('go together with rates that are not', () =>
    check(
      2,
      fc.asyncProperty(caseOf(mixedParts), async (input) => {
        await loadBothWays(input);
      }),
    ));

  it('may have ids of several widths, some of which are read row by row', async () => {
    const ids: readonly (readonly [StoredType, InputValue])[] = [
      ['int32', 7n],
      ['int64', 9_223_372_036_854_775_807n],
      ['uint64', 7n],
      ['uint64', 18_446_744_073_709_551_615n],
      ['text', '7'],
    ];
    const rates = ids.map(([stored, id]) =>
      partOf(
        [{}, { billing_code: '99214' }],
        { provider_reference_id: id },
        { provider_reference_id: stored },
      ),
    );
    expect(await loadFixed(rates)).toEqual(['codes', 'codes', 'codes', 'rows', 'rows']);
  });

  it('are looked at one by one from where there are more texts than codes', async () => {
    const versions = Array.from({ length: 600 }, (_, row) => ({
      version: `v${row}`,
      billing_code: `${row % 3}`,
    }));
    // a version has nine bits, of which zero is for null
    const ways = await loadFixed([partOf(versions, {}, {}, 200)], 200);
    // three windows are read at a time: which of them finds no code left is anybody's guess
    expect(ways.toSorted()).toEqual(['codes', 'codes', 'rows']);
  });

  it('are looked at one by one in the chunks, and only there, that have something to reject', async () => {
    const rates = [80, 80, Number.NaN, 1, 1e15, 1, -0, 0].map((rate, row) => ({
      negotiated_rate: rate,
      billing_code: `${row % 2}`,
    }));
    expect(await loadFixed([partOf(rates)], 8, 2)).toEqual(['codes', 'rows']);
  });

  it('may repeat where nobody looks, because hardly any did before, also facts of a code that no other chunk has', () =>
    withFolder(async (folder) => {
      const [windows, rowsOf] = [64, 30];
      // the last two rows of the latter half of all windows are one fact
      const repeats = (row: number) => row >= 32 * rowsOf && row % rowsOf >= rowsOf - 2;
      const rates = Array.from({ length: windows * rowsOf }, (_, row) =>
        repeats(row)
          ? { billing_code: `own ${Math.floor(row / rowsOf)}`, negotiated_rate: 7 }
          : { billing_code: `${row % 5}`, negotiated_rate: row },
      );
      let staged = 0;
      const observe: Observer = (event) => {
        if (event.type === 'chunk-finished' && event.source === 'rates') staged += event.rowsOut;
      };
      await load(folder, fixed([partOf(rates, {}, {}, rowsOf)], rowsOf), noTables, observe);
      // which are looked at, and how many, depends on how many are read at a time; 32 would be one row shorter if all were
      expect(staged).toBeGreaterThan((windows - 32) * rowsOf + 32 * (rowsOf - 1));
    }));

  it('change nothing where the same was loaded row by row, and add to it what is new', () =>
    withFolder(async (folder) => {
      const old = [{}, { billing_code: '1' }, { billing_code: '1', negotiated_rate: 81 }];
      const input = fixed([partOf(old)]);
      const layout = uncodable(plainLayout, 0);
      const inRows = input.rates.map(({ table }) => ({ table, layout }));
      const { tables: before } = await load(folder, { ...input, rates: inRows });
      const again = await load(folder, input, before);
      expect(again.tables).toEqual(before);
      const more = await load(
        folder,
        fixed([partOf([...old, { billing_code: '2', description: 'new' }])]),
        before,
      );
      expect(more.tables.fact_rate.size).toBe(before.fact_rate.size + 1);
      expect([...again.ways, ...more.ways]).toEqual(['codes', 'codes']);
    }));

  it('give codes the smallest description over chunks, files and both ways', async () => {
    const described = ['d', 'c', 'b', ' ', null, 'e'].map((description, row) => ({
      description,
      name: row === 4 ? 'name' : null,
      negotiated_rate: row % 2,
    }));
    const files = [
      partOf(described),
      partOf(
        [{ description: 'a' }, { description: 'z' }],
        { provider_reference_id: '7' },
        { provider_reference_id: 'text' },
      ),
      partOf([
        { description: 'B', billing_code: '99214' },
        { description: 'A', negotiated_rate: Number.NaN },
      ]),
    ];
    expect(await loadFixed(files, 10, 2)).toEqual(['codes', 'rows', 'rows']);
  });
});

/** Rates that differ from one price in what is given. */
function partOf(
  rows: readonly InputRow[],
  all: InputRow = {},
  columns: Layout['columns'] = {},
  rowGroupSize = 100,
): Part {
  return {
    table: {
      columns: { ...plainRatesColumns, ...columns },
      rows: rows.map((row) => ({ ...price, ...all, ...row })),
    },
    layout: { ...plainLayout, dictionaries: true, rowGroupSize },
  };
}

function fixed(rates: readonly Part[], windowRows = 10, chunkSize = windowRows): Case {
  return {
    rates,
    providers: { columns: plainProvidersColumns, rows: [] },
    settings: settingsFor('GA'),
    chunks: { size: chunkSize, most: 1000, windowRows },
  };
}

const loadFixed = (...given: Parameters<typeof fixed>) => loadBothWays(fixed(...given));

const price: InputRow = {
  provider_reference_id: 7n,
  reporting_entity_name: 'Acme Health',
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_rate: 80,
  service_codes: ['11', '22'],
};
