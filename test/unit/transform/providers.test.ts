import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { Stored } from '../../../src/sources/sources.js';
import { compileProviders, type TransformedProviders } from '../../../src/transform/providers.js';
import { idsOf, plainRows, resolveRows } from './star-rows.js';

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

const kinds: Readonly<Record<string, Stored>> = {
  reporting_entity_name: { kind: 'text' },
  last_updated_on: { kind: 'text' },
  version: { kind: 'text' },
  provider_group_id: { kind: 'text' },
  npi: { kind: 'text' },
  tin_type: { kind: 'text' },
  tin_value: { kind: 'text' },
};

const member: Row = {
  reporting_entity_name: 'Acme Health',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_group_id: '7',
  npi: '1234567890',
  tin_type: 'ein',
  tin_value: '123456789',
};

const group = {
  payer_slug: 'acme-health',
  version: '1.0.0',
  year_month: '2025-08',
  provider_group_id_raw: '7',
};

interface Chunk {
  readonly rows: readonly Row[];
  readonly columns?: Readonly<Record<string, Stored>>;
  readonly constants?: Readonly<Record<string, string | null>>;
  readonly payerSlugOverride?: string | null;
  readonly firstRow?: number;
}

function transform({
  rows,
  columns = kinds,
  constants = {},
  payerSlugOverride = null,
  firstRow = 0,
}: Chunk): Promise<TransformedProviders> {
  const layout = new Map(Object.entries(columns));
  const frame = pl.DataFrame(
    [...layout]
      .filter(([name]) => !Object.hasOwn(constants, name))
      .map(([name, { kind }]) => {
        const values = rows.map((row) => row[name] ?? null);
        if (kind === 'float') return pl.Series(name, values, pl.Float64);
        return pl.Series(name, values, kind === 'integer' ? pl.Int64 : pl.Utf8);
      }),
  );
  const shape = { layout, constants: new Map(Object.entries(constants)) };
  return compileProviders(shape, { payerSlugOverride })(frame, firstRow);
}

describe('compileProviders', () => {
  it('makes a star of one row', async () => {
    const { star, rejects, warnings } = await transform({ rows: [member] });
    expect(plainRows(star, 'provider_group')).toEqual([group]);
    expect(resolveRows(star, 'npi')).toEqual([{ ...group, npi: '1234567890' }]);
    expect(resolveRows(star, 'tin')).toEqual([{ ...group, tin_type: 'ein', tin_value: '123456789' }]);
    expect(rejects).toBeNull();
    expect(warnings).toEqual({ npi_missing: 0, tin_missing: 0 });
  });

  it('keeps distinct members of distinct groups once', async () => {
    const { star } = await transform({
      rows: [
        member,
        member,
        { ...member, npi: '2' },
        { ...member, tin_value: '9' },
        { ...member, provider_group_id: '8' },
        { ...member, version: '2.0.0' },
        { ...member, reporting_entity_name: 'Beta' },
        { ...member, last_updated_on: '2025-09-01' },
      ],
    });
    expect(star.provider_group.height).toBe(5);
    expect(resolveRows(star, 'npi')).toHaveLength(6);
    expect(resolveRows(star, 'tin')).toHaveLength(6);
  });

  it('gives no row for a blank npi, for the npi 0 and for a blank tin, and counts them', async () => {
    const { star, warnings } = await transform({
      rows: [
        { ...member, npi: '0' },
        { ...member, npi: ' ' },
        { ...member, npi: null },
        { ...member, npi: '00', tin_value: '' },
        { ...member, npi: '0', tin_value: null, provider_group_id: '8' },
      ],
    });
    expect(plainRows(star, 'npi')).toEqual([{ npi: '00' }]);
    expect(plainRows(star, 'tin')).toEqual([{ tin_type: 'ein', tin_value: '123456789' }]);
    expect(plainRows(star, 'provider_group')).toHaveLength(2);
    expect(warnings).toEqual({ npi_missing: 4, tin_missing: 2 });
    const incomplete = resolveRows(star, 'incomplete_group').map((row) => [
      row['provider_group_id_raw'],
      row['npi_missing'],
      row['tin_missing'],
    ]);
    expect(incomplete.map(String).sort()).toEqual(['7,false,true', '7,true,false', '8,true,true']);
  });

  it('names no incomplete group where every row has both', async () => {
    expect((await transform({ rows: [member] })).star).not.toHaveProperty('incomplete_group');
  });

  it.each([
    ['integer', 0],
    ['float', 0],
    ['float', -0],
  ] as const)('knows the npi 0 that is stored as %s', async (kind, npi) => {
    const columns = { ...kinds, npi: { kind } };
    const rows = [
      { ...member, npi },
      { ...member, npi: 1234567890 },
    ];
    const { star, warnings } = await transform({ rows, columns });
    expect(plainRows(star, 'npi')).toEqual([{ npi: '1234567890' }]);
    expect(warnings).toEqual({ npi_missing: 1, tin_missing: 0 });
  });

  it('keeps a tin of which the type is blank', async () => {
    const { star } = await transform({ rows: [{ ...member, tin_type: ' ' }] });
    expect(plainRows(star, 'tin')).toEqual([{ tin_type: '', tin_value: '123456789' }]);
  });

  it('takes the group id first, then the reference, and writes out exponents', async () => {
    const columns = {
      ...kinds,
      provider_group_id: { kind: 'float' },
      provider_reference_id: { kind: 'text' },
    } as const;
    const { star, rejects } = await transform({
      columns,
      rows: [
        { ...member, provider_group_id: 772, provider_reference_id: 'a' },
        { ...member, provider_group_id: 1e20, provider_reference_id: null },
        { ...member, provider_group_id: 1.5e-7, provider_reference_id: null },
        { ...member, provider_group_id: Number.NaN, provider_reference_id: 'b' },
        { ...member, provider_group_id: null, provider_reference_id: ' ' },
      ],
    });
    const ids = plainRows(star, 'provider_group').map((row) => row['provider_group_id_raw']);
    expect(ids.map(String).sort()).toEqual(['0.00000015', '100000000000000000000', '772', 'b']);
    expect(rejects?.toRecords()).toMatchObject([{ row: 4, reject_reason: 'group_missing' }]);
  });

  it('rejects rows whole, with their row and the first reason that holds', async () => {
    const rows = [
      { ...member, reporting_entity_name: '***', provider_group_id: '' },
      member,
      { ...member, provider_group_id: '\u3000' },
      { ...member, reporting_entity_name: null },
    ];
    const { star, rejects } = await transform({ rows });
    const found = rejects?.toRecords() ?? [];
    expect(found.map(({ row, reject_reason }) => [Number(row), reject_reason])).toEqual([
      [0, 'payer_missing'],
      [2, 'group_missing'],
      [3, 'payer_missing'],
    ]);
    expect(found).toMatchObject([rows[0], rows[2], rows[3]].map((row) => ({ ...row })));
    expect(plainRows(star, 'provider_group')).toEqual([group]);
    expect(star.npi.height).toBe(1);
  });
});

describe('chunks of providers of any shape', () => {
  const { npi: _, ...constantText } = Object.fromEntries(
    Object.entries(member).map(([name, value]) => [name, String(value)]),
  );

  it('come to the same with constants and without', async () => {
    const rows = [member, { ...member, npi: '2' }];
    const plain = await transform({ rows });
    const constant = await transform({ rows, constants: constantText });
    expect(resolveRows(constant.star, 'npi')).toEqual(resolveRows(plain.star, 'npi'));
    expect(resolveRows(constant.star, 'tin')).toEqual(resolveRows(plain.star, 'tin'));
    for (const name of ['provider_group', 'npi', 'tin'] as const) {
      expect(plainRows(constant.star, name)).toEqual(plainRows(plain.star, name));
      expect(constant.star[name].columns).toEqual(plain.star[name].columns);
      expect(constant.star[name].dtypes.map(String)).toEqual(plain.star[name].dtypes.map(String));
    }
    expect(constant.warnings).toEqual(plain.warnings);
  });

  it('reject every row where a constant says so, and give the constants back', async () => {
    const constants = { ...constantText, provider_group_id: ' ' };
    const { star, rejects, warnings } = await transform({ rows: [member, member], constants });
    expect(rejects?.toRecords()).toMatchObject([
      { row: 0, reject_reason: 'group_missing', provider_group_id: ' ', tin_type: 'ein', npi: '1234567890' },
      { row: 1, reject_reason: 'group_missing' },
    ]);
    expect(Object.values(star).map(({ height }) => height)).toEqual([0, 0, 0]);
    expect(Object.values(warnings).filter((rows) => rows !== 0)).toEqual([]);
  });

  it('come to the same where columns are nulls alone', async () => {
    const nulls = { version: null, tin_type: null, tin_value: null, last_updated_on: null };
    const rows = [
      { ...member, ...nulls },
      { ...member, ...nulls, npi: '2' },
      { ...member, ...nulls, npi: null },
    ];
    const plain = await transform({ rows });
    const constant = await transform({ rows, constants: nulls });
    expect(resolveRows(constant.star, 'npi')).toEqual(resolveRows(plain.star, 'npi'));
    expect(constant.star.tin.height).toBe(0);
    expect(constant.warnings).toEqual({ npi_missing: 1, tin_missing: 3 });
    expect(plain.warnings).toEqual(constant.warnings);
  });

  it.each([
    ['every column', {}],
    ['constants', constantText],
  ])('hold no row at all, with %s', async (_, constants) => {
    const { star, rejects } = await transform({ rows: [], constants });
    expect(rejects).toBeNull();
    expect(star.npi.height).toBe(0);
    expect(star.tin.height).toBe(0);
  });

  it('have the required columns alone', async () => {
    const columns = { provider_group_id: { kind: 'integer' }, npi: { kind: 'integer' } } as const;
    const rows = [{ provider_group_id: 7, npi: 1234567890 }];
    const { star, warnings } = await transform({ rows, columns, payerSlugOverride: 'acme' });
    expect(resolveRows(star, 'npi')).toEqual([
      { payer_slug: 'acme', version: '', year_month: '', provider_group_id_raw: '7', npi: '1234567890' },
    ]);
    expect(star.tin.height).toBe(0);
    expect(warnings).toEqual({ npi_missing: 0, tin_missing: 1 });
  });

  it('use surrogate keys of their own', async () => {
    const rows = [member, { ...member, provider_group_id: '8' }];
    const first = await transform({ rows });
    const second = await transform({ rows, firstRow: rows.length });
    const ids = [first, second].flatMap(({ star }) => idsOf(star, 'provider_group', 'group_id'));
    expect(new Set(ids).size).toBe(4);
  });
});
