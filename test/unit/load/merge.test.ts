import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyToParquet } from '../../../src/load/sql.js';
import { tables } from '../../../src/tables/tables.js';
import type { InputRow } from '../../model/input-value.js';
import { tablesOf } from '../../support/compare-load.js';
import { readTable } from '../../support/fixture.js';
import { withDatabase } from '../../support/fixture-database.js';
import { pathOf, readOutputs, withFolder } from '../../support/load-pair.js';
import { countsOf, loadRounds, type Round } from './load-rounds.js';

const price: InputRow = {
  reporting_entity_name: 'UnitedHealthcare of Georgia, Inc.',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: '222',
  billing_class: 'professional',
  billing_code_type: 'CPT',
  billing_code: '33216',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  negotiated_rate: 752.23,
  expiration_date: '9999-12-31',
  service_codes: [],
  description: 'Insertion of an electrode',
  name: 'Insert electrode',
};

const member: InputRow = {
  reporting_entity_name: 'UnitedHealthcare of Georgia, Inc.',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_group_id: '222',
  npi: '1234567890',
  tin_type: 'ein',
  tin_value: '123456789',
};

const pgUid222 = '049049fa50d881db5db61293fa01cb5e';
const pgUid772 = 'b8b29688e92394ea7cc3d736446337d0';

function load(...rounds: Round[]) {
  return withFolder((folder) => loadRounds(folder, rounds));
}

async function loadOne(round: Round) {
  const [result] = await load(round);
  if (!result) throw new RangeError('nothing was loaded');
  return result;
}

describe('the golden vectors', () => {
  it('come out of a load', async () => {
    const twenty = '02 05 06 07 08 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61'.split(' ');
    const { tables: outputs } = await loadOne({
      rates: [
        price,
        { ...price, billing_code: '2', service_codes: twenty.toReversed() },
        { ...price, billing_code: '3', service_codes: ['n', 'u', 'l'], provider_reference_id: '772' },
      ],
      providers: [member, { ...member, provider_group_id: '772' }],
    });
    const fact = outputs.fact_rate.find((row) => row['code'] === '33216');
    expect(fact).toEqual({
      fact_uid: '2c6a6a035d7ab8b5558f9b422ace9a32',
      state: 'GA',
      year_month: '2025-08',
      payer_slug: 'unitedhealthcare-of-georgia-inc',
      billing_class: 'professional',
      code_type: 'CPT',
      code: '33216',
      pg_uid: pgUid222,
      pos_set_id: 'd41d8cd98f00b204e9800998ecf8427e',
      negotiated_type: 'negotiated',
      negotiation_arrangement: 'ffs',
      negotiated_rate: 752.23,
      expiration_date: '9999-12-31',
      provider_group_id_raw: '222',
      reporting_entity_name: 'UnitedHealthcare of Georgia, Inc.',
    });
    expect(outputs.dim_provider_group.map((row) => row['pg_uid']).toSorted()).toEqual([pgUid222, pgUid772]);
    expect(outputs.dim_pos_set).toHaveLength(3);
    expect(outputs.dim_pos_set).toEqual(
      expect.arrayContaining([
        { pos_set_id: '17b00c58b3dcdb9c20cb2a70b52a4cc1', pos_members: twenty },
        { pos_set_id: '3b3743c43fbdc8f1b8eedc16b264f3db', pos_members: ['l', 'n', 'u'] },
        { pos_set_id: 'd41d8cd98f00b204e9800998ecf8427e', pos_members: [] },
      ]),
    );
  });

  it('have an empty set of another name where that is asked for', async () => {
    const { tables: outputs } = await loadOne({ rates: [price], settings: { emptyPosSet: 'none' } });
    const id = createHash('md5').update('none').digest('hex');
    expect(outputs.dim_pos_set).toEqual([{ pos_set_id: id, pos_members: [] }]);
    expect(outputs.fact_rate.map((row) => row['pos_set_id'])).toEqual([id]);
  });
});

describe('the outputs', () => {
  it('have the columns of the tables in their order and types', async () => {
    await withFolder(async (folder) => {
      await loadRounds(folder, [{ rates: [price], providers: [member] }]);
      for (const table of tables) {
        const { columns } = await readTable(pathOf(join(folder, 'data'), table.name));
        expect(columns).toEqual(table.columns.map(({ name, type }) => ({ name, type })));
      }
      const found = await readdir(join(folder, 'data'), { recursive: true });
      expect(found.filter((file) => file.includes('.staging/') || /\.parquet\../.test(file))).toEqual([]);
    });
  });

  it('are all there, with no rows where there are none', async () => {
    const result = await loadOne({ rates: [], providers: [] });
    for (const rows of Object.values(result.tables)) expect(rows).toEqual([]);
    expect(countsOf(result, 'fact_rate')).toEqual({ inserted: 0, filled: 0, kept: 0, removed: 0, total: 0 });
  });

  it('do not change when the same input comes again', async () => {
    await withFolder(async (folder) => {
      const round = { rates: [price, { ...price, negotiated_rate: 5 }], providers: [member] };
      await loadRounds(folder, [round]);
      const bytes = await readOutputsAsBytes(folder);
      const there = tablesOf(await readOutputs(join(folder, 'data')));
      const [again] = await loadRounds(folder, [round], there);
      expect(await readOutputsAsBytes(folder)).toEqual(bytes);
      for (const { name } of tables) {
        expect(again && countsOf(again, name)).toMatchObject({ inserted: 0, filled: 0, removed: 0 });
      }
    });
  });
});

describe('facts', () => {
  it('that exist are kept, whatever comes in under their key', async () => {
    const other = {
      ...price,
      reporting_entity_name: 'unitedhealthcare of georgia inc',
      negotiated_rate: 752.230001,
    };
    const [, second] = await load({ rates: [price] }, { rates: [other, { ...price, billing_code: '2' }] });
    expect(second && countsOf(second, 'fact_rate')).toEqual({
      inserted: 1,
      filled: 0,
      kept: 1,
      removed: 0,
      total: 2,
    });
    expect(second?.tables.fact_rate.map((row) => row['negotiated_rate'])).toEqual([752.23, 752.23]);
  });

  it('of one key come down to the cheapest, then to the smallest entity name', async () => {
    const entity = (name: string, rate: number): InputRow => ({
      ...price,
      reporting_entity_name: name,
      negotiated_rate: rate,
    });
    const { tables: outputs } = await loadOne({
      rates: [
        entity('unitedhealthcare of georgia inc', 752.23),
        entity('UnitedHealthcare of Georgia, Inc.', 752.230002),
        entity('UNITEDHEALTHCARE OF GEORGIA INC', 752.229999),
        entity('UnitedHealthcare-of Georgia Inc', 752.229999),
      ],
    });
    expect(outputs.fact_rate).toMatchObject([
      { negotiated_rate: 752.229999, reporting_entity_name: 'UNITEDHEALTHCARE OF GEORGIA INC' },
    ]);
    expect(outputs.dim_payer).toMatchObject([{ reporting_entity_name: 'UNITEDHEALTHCARE OF GEORGIA INC' }]);
  });

  it('have zero for minus zero, in the key as well', async () => {
    const { tables: outputs } = await loadOne({
      rates: [
        { ...price, negotiated_rate: -0 },
        { ...price, negotiated_rate: 0 },
      ],
    });
    expect(outputs.fact_rate).toHaveLength(1);
    expect(Object.is(outputs.fact_rate[0]?.['negotiated_rate'], 0)).toBe(true);
  });

  it('that differ in a bar alone share no row where their keys differ', async () => {
    const { tables: outputs } = await loadOne({
      rates: [
        { ...price, negotiated_type: 'a|b', negotiation_arrangement: 'c' },
        { ...price, negotiated_type: 'a|', negotiation_arrangement: 'b|c' },
      ],
    });
    expect(outputs.fact_rate).toHaveLength(2);
  });

  it('have unique keys whatever the rates are', async () => {
    const rates = Array.from({ length: 50 }, (_, index) => [752.23 + index / 1e6, 33.5 + index / 3e5]).flat();
    const { tables: outputs } = await loadOne({
      rates: rates.map((rate) => ({ ...price, negotiated_rate: rate })),
    });
    const keys = outputs.fact_rate.map((row) => row['fact_uid']);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeLessThan(rates.length);
  });
});

describe('replace', () => {
  const replace = { mode: 'replace' } as const;

  it('takes the facts of the months in the input for those of before, and no others', async () => {
    const september = { ...price, last_updated_on: '2025-09-01' };
    const noMonth = { ...price, last_updated_on: 'soon' };
    const other = { ...price, reporting_entity_name: 'Other' };
    const [, , second] = await load(
      { rates: [price, { ...price, negotiated_rate: 5 }, september, other, noMonth] },
      { rates: [price], settings: { state: 'TX' } },
      { rates: [{ ...price, negotiated_rate: 6 }, price], settings: replace },
    );
    expect(second && countsOf(second, 'fact_rate')).toEqual({
      inserted: 2,
      filled: 0,
      kept: 4,
      removed: 2,
      total: 6,
    });
  });

  it('knows the facts of no month', async () => {
    const noMonth = { ...price, last_updated_on: null };
    const [, second] = await load(
      { rates: [noMonth, price] },
      { rates: [{ ...noMonth, negotiated_rate: 1 }], settings: replace },
    );
    expect(second?.tables.fact_rate.map((row) => row['negotiated_rate']).toSorted()).toEqual([1, 752.23]);
  });

  it('keeps dimension rows that no fact has any more', async () => {
    const [, second] = await load(
      { rates: [price], providers: [member] },
      { rates: [{ ...price, billing_code: '2' }], settings: replace },
    );
    expect(second?.tables.dim_code).toHaveLength(2);
    expect(second?.tables.xref_pg_npi).toHaveLength(1);
  });

  it('removes nothing where every row of the input is rejected', async () => {
    const [, second] = await load(
      { rates: [price] },
      { rates: [{ ...price, negotiated_rate: null }], settings: replace },
    );
    expect(second?.tables.fact_rate).toHaveLength(1);
  });
});

describe('dimensions', () => {
  const blank = { ...price, description: null, name: ' ', version: null };
  const renamed = { ...price, description: 'A', name: 'B' };

  it('are filled where they are blank and kept where they are not', async () => {
    const [, second, third] = await load({ rates: [blank] }, { rates: [price] }, { rates: [renamed] });
    expect(second && countsOf(second, 'dim_code')).toEqual({
      inserted: 0,
      filled: 1,
      kept: 0,
      removed: 0,
      total: 1,
    });
    expect(third && countsOf(third, 'dim_code')).toEqual({
      inserted: 0,
      filled: 0,
      kept: 1,
      removed: 0,
      total: 1,
    });
    expect(third?.tables.dim_code).toMatchObject([{ code_name: 'Insert electrode' }]);
    expect(third?.tables.dim_payer).toMatchObject([{ version: '1.0.0' }]);
  });

  it('take what comes in where that is asked for, but no blank', async () => {
    const settings = { dimensionConflict: 'update' } as const;
    const [, second, third] = await load(
      { rates: [price], providers: [member] },
      { rates: [renamed], providers: [{ ...member, tin_type: 'npi' }], settings },
      { rates: [blank], providers: [{ ...member, tin_type: '' }], settings },
    );
    expect(second?.tables.dim_code).toMatchObject([{ code_description: 'A', code_name: 'B' }]);
    expect(third?.tables.dim_code).toEqual(second?.tables.dim_code);
    expect(third?.tables.xref_pg_tin).toMatchObject([{ tin_type: 'npi' }]);
  });

  it('take the smallest of several values, by code point', async () => {
    const low = ['b', 'a', 'B', ' ', null].map((name) => ({ ...price, name, description: name }));
    const high = ['\u{1F600}', '\uFFFD'].map((name) => ({ ...price, billing_code: '2', name }));
    const { tables: outputs } = await loadOne({ rates: [...low, ...high] });
    expect(outputs.dim_code.map((row) => row['code_name']).toSorted()).toEqual(['B', '\uFFFD']);
  });

  it('leave no code that only rejected rows have', async () => {
    const { tables: outputs } = await loadOne({ rates: [{ ...price, negotiated_rate: null }] });
    expect(outputs.dim_code).toEqual([]);
  });

  it('hold the groups of rates and of providers', async () => {
    const { tables: outputs } = await loadOne({
      rates: [price, { ...price, provider_reference_id: ' ' }],
      providers: [member, { ...member, provider_group_id: '772', npi: '0', tin_value: null }],
    });
    const ids = outputs.dim_provider_group.map((row) => row['provider_group_id_raw']);
    expect(ids.map(String).toSorted()).toEqual(['222', '772', 'null']);
  });
});

describe('groups that gain members', () => {
  const september = { last_updated_on: '2025-09-01' };
  const gaining: Round[] = [
    { rates: [price], providers: [member, { ...member, provider_group_id: '772' }] },
    {
      rates: [{ ...price, ...september }],
      providers: [
        { ...member, ...september, npi: '2' },
        { ...member, ...september, provider_group_id: '772' },
        { ...member, ...september, provider_group_id: '3', npi: '3' },
      ],
    },
  ];

  it('are counted', async () => {
    const [first, second] = await load(...gaining);
    expect(first?.summary.warnings).toEqual({});
    expect(second?.summary.warnings).toEqual({ groups_gained_members: 1 });
  });

  it('are groups of their own each month where that is asked for', async () => {
    const settings = { providerGroupScope: 'month' } as const;
    const [, second] = await load(...gaining.map((round) => ({ ...round, settings })));
    expect(second?.summary.warnings).toEqual({});
    expect(second?.tables.dim_provider_group).toHaveLength(5);
  });
});

describe('an output that is not one', () => {
  async function loadOver(spoil: (path: string) => Promise<void>) {
    await withFolder(async (folder) => {
      const path = pathOf(join(folder, 'data'), 'dim_payer');
      await mkdir(dirname(path), { recursive: true });
      await spoil(path);
      const before = await readOutputsAsBytes(folder);
      await expect(loadRounds(folder, [{ rates: [price] }])).rejects.toMatchObject({
        name: 'EtlError',
        exitCode: 65,
        message: expect.stringContaining(path),
      });
      expect(await readOutputsAsBytes(folder)).toEqual(before);
      expect(existsSync(join(folder, 'data', '.staging'))).toBe(false);
    });
  }

  const overwrite = (query: string) => (path: string) =>
    withDatabase(async (connection) => {
      await connection.run(copyToParquet(query, path, 2048));
    });

  it.each([
    ['lacks a column', `SELECT 'a' AS payer_slug, 'b' AS reporting_entity_name`],
    [
      'has a column too many',
      `SELECT 'a' AS payer_slug, 'b' AS reporting_entity_name, 'c' AS version, 1 AS d`,
    ],
    [
      'has its columns in another order',
      `SELECT 'c' AS version, 'a' AS payer_slug, 'b' AS reporting_entity_name`,
    ],
    ['has another type', `SELECT 'a' AS payer_slug, 'b' AS reporting_entity_name, 1 AS version`],
  ])('because it %s is refused, and nothing changes', async (_, query) => {
    await loadOver(overwrite(query));
  });

  it('because it is no parquet file is refused, and nothing changes', async () => {
    await loadOver((path) => writeFile(path, 'payer_slug\n'));
  });
});

/** Every file below the outputs' folders, by path. */
async function readOutputsAsBytes(folder: string): Promise<Record<string, string>> {
  const root = join(folder, 'data');
  const entries = await Promise.all(
    ['dims', 'xrefs', 'gold'].map(async (name) => {
      await mkdir(join(root, name), { recursive: true });
      const files = await readdir(join(root, name));
      return Promise.all(
        files.map(async (file) => {
          const bytes = await readFile(join(root, name, file));
          return [join(name, file), createHash('md5').update(bytes).digest('hex')] as const;
        }),
      );
    }),
  );
  return Object.fromEntries(entries.flat());
}
