import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { Stored } from '../../../src/sources/sources.js';
import { compileRates, type TransformedRates } from '../../../src/transform/rates.js';
import { idsOf, plainRows, resolveRows } from './star-rows.js';

type Value = string | number | null | readonly string[];
type Row = Readonly<Record<string, Value>>;

const kinds: Readonly<Record<string, Stored>> = {
  reporting_entity_name: { kind: 'text' },
  last_updated_on: { kind: 'text' },
  version: { kind: 'text' },
  provider_reference_id: { kind: 'text' },
  billing_class: { kind: 'text' },
  billing_code_type: { kind: 'text' },
  billing_code: { kind: 'text' },
  negotiated_type: { kind: 'text' },
  negotiation_arrangement: { kind: 'text' },
  description: { kind: 'text' },
  name: { kind: 'text' },
  negotiated_rate: { kind: 'float' },
  expiration_date: { kind: 'text' },
  service_codes: { kind: 'list' },
};

const price: Row = {
  reporting_entity_name: 'Acme Health',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: '7',
  billing_class: 'professional',
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  description: 'Office visit',
  name: 'Visit',
  negotiated_rate: 80,
  expiration_date: '9999-12-31',
  service_codes: ['22', '11'],
};

const fact = {
  payer_slug: 'acme-health',
  reporting_entity_name: 'Acme Health',
  version: '1.0.0',
  year_month: '2025-08',
  billing_class: 'professional',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  expiration_date: '9999-12-31',
  code_type: 'CPT',
  code: '99213',
  provider_group_id_raw: '7',
  pos_members: ['11', '22'],
  negotiated_rate: 80,
};

interface Chunk {
  readonly rows: readonly Row[];
  readonly columns?: Readonly<Record<string, Stored>>;
  readonly constants?: Readonly<Record<string, string | null>>;
  readonly payerSlugOverride?: string | null;
  readonly firstRow?: number;
}

/** A frame of the columns that vary, as a file with these kinds has them. */
function frameOf(rows: readonly Row[], columns: readonly (readonly [string, Stored])[]): DataFrame {
  return pl.DataFrame(
    columns.map(([name, { kind }]) => {
      const values = rows.map((row) => row[name] ?? null);
      if (kind === 'float') return pl.Series(name, values, pl.Float64);
      if (kind === 'integer') return pl.Series(name, values, pl.Int64);
      return kind === 'list' ? listSeries(name, values) : pl.Series(name, values, pl.Utf8);
    }),
  );
}

/** The library makes no lists from values of which the first is null or empty: hence the way by text. */
function listSeries(name: string, values: readonly Value[]) {
  const joined = values.map((value) => (Array.isArray(value) ? value.join('|') : value));
  const codes = pl.col(name).str.split('|');
  const lists = pl
    .when(pl.col(name).eq(pl.lit('')))
    .then(codes.lst.head(0))
    .otherwise(codes);
  return pl
    .DataFrame([pl.Series(name, joined, pl.Utf8)])
    .select(lists.alias(name))
    .getColumn(name);
}

function transform({
  rows,
  columns = kinds,
  constants = {},
  payerSlugOverride = null,
  firstRow = 0,
}: Chunk): Promise<TransformedRates> {
  const layout = new Map(Object.entries(columns));
  const varying = [...layout].filter(([name]) => !Object.hasOwn(constants, name));
  const shape = { layout, constants: new Map(Object.entries(constants)) };
  return compileRates(shape, { payerSlugOverride })(frameOf(rows, varying), firstRow);
}

async function factsOf(chunk: Chunk): Promise<unknown[]> {
  const { star } = await transform(chunk);
  return withoutAttributes(resolveRows(star, 'fact'));
}

/** Descriptions belong to a code and not to a fact. */
function withoutAttributes(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows.map(({ code_description: _, code_name: __, ...rest }) => rest);
}

describe('compileRates', () => {
  it('makes a star of one row', async () => {
    const { star, rejects, warnings } = await transform({ rows: [price] });
    expect(withoutAttributes(resolveRows(star, 'fact'))).toEqual([fact]);
    expect(plainRows(star, 'code')).toEqual([
      { code_type: 'CPT', code: '99213', code_description: 'Office visit', code_name: 'Visit' },
    ]);
    expect(rejects).toBeNull();
    expect(Object.values(warnings).every((rows) => rows === 0)).toBe(true);
  });

  it('keeps distinct rows once and tells apart what differs in any hashed column', async () => {
    const changes: Row[] = [
      {},
      {},
      { last_updated_on: '2025-08-31' },
      { version: '2.0.0' },
      { provider_reference_id: '8' },
      { billing_class: 'institutional' },
      { billing_code_type: 'HCPCS' },
      { billing_code: '99214' },
      { negotiated_type: 'derived' },
      { negotiation_arrangement: 'bundle' },
      { negotiated_rate: 80.01 },
      { expiration_date: '2025-12-31' },
      { service_codes: ['11'] },
      { service_codes: ['11', '22', '11'] },
      { reporting_entity_name: 'ACME Health' },
      { last_updated_on: '2025-09-01' },
    ];
    const facts = await factsOf({ rows: changes.map((change) => ({ ...price, ...change })) });
    const texts = new Set(facts.map((row) => JSON.stringify(row)));
    // two rows are alike, two more differ in nothing but how the same value is written
    expect(texts.size).toBe(changes.length - 3);
  });

  it('gives a code the smallest description and name that any of its rows has', async () => {
    const { star } = await transform({
      rows: [
        { ...price, description: ' ', name: null },
        { ...price, description: 'b', name: 'z' },
        { ...price, description: 'B', name: '', negotiated_rate: 5 },
        { ...price, billing_code: '2', description: '', name: ' ' },
      ],
    });
    expect(plainRows(star, 'code')).toEqual([
      { code_type: 'CPT', code: '2', code_description: '', code_name: '' },
      { code_type: 'CPT', code: '99213', code_description: 'B', code_name: 'z' },
    ]);
  });

  it('takes the first provider id that is not blank', async () => {
    const columns = { ...kinds, provider_group_id: { kind: 'float' } as const };
    const { star } = await transform({
      columns,
      rows: [
        { ...price, provider_reference_id: 'a', provider_group_id: 1 },
        { ...price, provider_reference_id: ' ', provider_group_id: 772 },
        { ...price, provider_reference_id: null, provider_group_id: 1e20 },
        { ...price, provider_reference_id: '', provider_group_id: Number.NaN },
      ],
    });
    const ids = resolveRows(star, 'fact').map((row) => row['provider_group_id_raw']);
    expect(ids).toEqual(['', '100000000000000000000', '772', 'a']);
  });

  it('makes the same star of blank text and of null', async () => {
    const blank = { version: ' ', billing_class: '', expiration_date: '\u3000', service_codes: [] };
    const missing = { version: null, billing_class: null, expiration_date: null, service_codes: null };
    const expected = [{ ...fact, version: '', billing_class: '', expiration_date: '', pos_members: [] }];
    expect(await factsOf({ rows: [{ ...price, ...blank }] })).toEqual(expected);
    expect(await factsOf({ rows: [{ ...price, ...missing }] })).toEqual(expected);
  });

  it('reads codes, ids and rates that are stored as numbers', async () => {
    const columns = {
      ...kinds,
      provider_reference_id: { kind: 'float' },
      billing_code: { kind: 'integer' },
      negotiated_rate: { kind: 'text' },
      last_updated_on: { kind: 'integer' },
    } as const;
    const rows = [
      {
        ...price,
        provider_reference_id: 772,
        billing_code: 99213,
        negotiated_rate: ' +80.0 ',
        last_updated_on: 20250801,
      },
    ];
    expect(await factsOf({ rows, columns })).toEqual([{ ...fact, provider_group_id_raw: '772' }]);
  });

  it('writes out the exponents of float codes in facts and in codes alike', async () => {
    const columns = { ...kinds, billing_code: { kind: 'float' }, description: { kind: 'float' } } as const;
    const rows = [1e20, 1e-7, 99213].map((code) => ({ ...price, billing_code: code, description: code }));
    const { star } = await transform({ rows, columns });
    expect(resolveRows(star, 'fact').map((row) => row['code'])).toEqual([
      '0.0000001',
      '100000000000000000000',
      '99213',
    ]);
    expect(plainRows(star, 'code').map((row) => row['code_description'])).toEqual([
      '0.0000001',
      '100000000000000000000',
      '99213',
    ]);
  });
});

describe('rejects of rates', () => {
  const rejected: readonly (readonly [reason: string, change: Row])[] = [
    ['payer_missing', { reporting_entity_name: '***', billing_code_type: '', negotiated_rate: null }],
    ['payer_missing', { reporting_entity_name: null }],
    ['code_type_missing', { billing_code_type: ' ', billing_code: null, negotiated_rate: null }],
    ['code_missing', { billing_code: '\u3000', negotiated_rate: Number.NaN }],
    ['rate_missing', { negotiated_rate: null }],
    ['rate_not_finite', { negotiated_rate: Number.NaN }],
    ['rate_not_finite', { negotiated_rate: Number.POSITIVE_INFINITY }],
    ['rate_out_of_range', { negotiated_rate: 1e15 }],
    ['rate_out_of_range', { negotiated_rate: -1e15 }],
  ];

  it('come whole, with their row and the first reason that holds', async () => {
    const rows = [price, ...rejected.map(([, change]) => ({ ...price, ...change })), price];
    const { star, rejects } = await transform({ rows });
    const found = rejects?.toRecords() ?? [];
    expect(found.map(({ row, reject_reason }) => [Number(row), reject_reason])).toEqual(
      rejected.map(([reason], index) => [index + 1, reason]),
    );
    // as text, whatever they are stored as
    expect(found).toMatchObject(
      rejected.map(([, change]) => {
        const { negotiated_rate: _, service_codes: __, ...texts } = { ...price, ...change };
        return texts;
      }),
    );
    expect(found.map((row) => row['service_codes'])).toEqual(found.map(() => '22;11'));
    expect(resolveRows(star, 'fact')).toHaveLength(1);
  });

  it('leave nothing in the star', async () => {
    const { star, rejects, warnings } = await transform({
      rows: [
        { ...price, reporting_entity_name: '?', billing_code: '1' },
        { ...price, billing_code: '2', description: 'a', negotiated_rate: null, last_updated_on: '' },
        { ...price, billing_code: '3', negotiated_rate: 1e15, service_codes: ['99'] },
        { ...price, provider_reference_id: '99', billing_code_type: '' },
      ],
    });
    expect(rejects?.height).toBe(4);
    expect(Object.values(star).map((relation) => relation.height)).toEqual(Object.values(star).map(() => 0));
    expect(Object.values(warnings).every((rows) => rows === 0)).toBe(true);
  });

  it('tells text that is no number from a rate that is missing', async () => {
    const columns = { ...kinds, negotiated_rate: { kind: 'text' } } as const;
    const texts = ['free', '', ' ', null, 'NaN', '1e400', '1e15', '$5'];
    const { rejects } = await transform({
      columns,
      rows: texts.map((text) => ({ ...price, negotiated_rate: text })),
    });
    expect(rejects?.toRecords().map(({ reject_reason }) => reject_reason)).toEqual([
      'rate_not_numeric',
      'rate_missing',
      'rate_missing',
      'rate_missing',
      'rate_not_numeric',
      'rate_not_finite',
      'rate_out_of_range',
      'rate_not_numeric',
    ]);
  });

  it('get back the columns that were left out of the frame', async () => {
    const { rejects } = await transform({
      rows: [price, { ...price, negotiated_rate: null }],
      constants: { billing_code: '99213', version: '1.0.0' },
    });
    expect(rejects?.toRecords()).toMatchObject([{ row: 1, billing_code: '99213', version: '1.0.0' }]);
  });
});

describe('warnings of rates', () => {
  it('count rows, copies too, and only those that are kept', async () => {
    const odd: Row[] = [
      { negotiated_rate: 0 },
      { negotiated_rate: 0 },
      { negotiated_rate: -0.0 },
      { negotiated_rate: -1 },
      { negotiated_rate: 1_000_000 },
      { negotiated_rate: 1_000_000.5 },
      { negotiated_type: ' Percentage ' },
      { last_updated_on: 'soon' },
      { last_updated_on: null },
      { provider_reference_id: ' ' },
      { provider_reference_id: null, billing_code: '', negotiated_rate: 0 },
    ];
    const { warnings } = await transform({ rows: odd.map((change) => ({ ...price, ...change })) });
    expect(warnings).toEqual({
      rate_zero: 3,
      rate_negative: 1,
      rate_huge: 1,
      rate_percentage: 1,
      year_month_missing: 2,
      provider_id_missing: 1,
    });
  });
});

describe('chunks of rates of any shape', () => {
  const constantText = Object.fromEntries(
    Object.entries(price).filter(
      (entry): entry is [string, string] => entry[0] !== 'negotiated_rate' && typeof entry[1] === 'string',
    ),
  );

  it('come to the same with constants and without', async () => {
    const rows = [price, { ...price, negotiated_rate: 5 }];
    const plain = await transform({ rows });
    const constant = await transform({ rows, constants: constantText });
    expect(resolveRows(constant.star, 'fact')).toEqual(resolveRows(plain.star, 'fact'));
    for (const name of ['context', 'code', 'provider', 'pos_set', 'fact'] as const) {
      expect(plainRows(constant.star, name)).toEqual(plainRows(plain.star, name));
      expect(constant.star[name].columns).toEqual(plain.star[name].columns);
      expect(constant.star[name].dtypes.map(String)).toEqual(plain.star[name].dtypes.map(String));
    }
    expect(constant.warnings).toEqual(plain.warnings);
  });

  it('come to the same where service codes are a constant text', async () => {
    const columns = { ...kinds, service_codes: { kind: 'text' } } as const;
    const constants = { ...constantText, service_codes: '[22, 11]' };
    expect(await factsOf({ rows: [price], columns, constants })).toEqual([fact]);
  });

  it('reject every row where a constant says so', async () => {
    const { star, rejects } = await transform({
      rows: [price, price],
      constants: { ...constantText, billing_code: ' ' },
    });
    expect(rejects?.toRecords().map(({ row, reject_reason }) => [Number(row), reject_reason])).toEqual([
      [0, 'code_missing'],
      [1, 'code_missing'],
    ]);
    expect(star.fact.height).toBe(0);
  });

  it('leave no code of which every row is rejected, constant or not', async () => {
    const rows = [{ ...price, negotiated_rate: null }];
    for (const constants of [{}, constantText]) {
      const { star, rejects } = await transform({ rows, constants });
      expect(rejects?.height).toBe(1);
      for (const relation of Object.values(star)) expect(relation.height).toBe(0);
    }
  });

  it.each([
    ['every column', {}],
    ['constants', constantText],
  ])('hold no row at all, with %s', async (_, constants) => {
    const { star, rejects } = await transform({ rows: [], constants });
    expect(rejects).toBeNull();
    expect(star.fact.height).toBe(0);
  });

  it('have the required columns alone', async () => {
    const columns = {
      reporting_entity_name: { kind: 'text' },
      provider_reference_id: { kind: 'text' },
      billing_code_type: { kind: 'text' },
      billing_code: { kind: 'text' },
      negotiated_rate: { kind: 'float' },
    } as const;
    const { star, warnings } = await transform({ rows: [price], columns });
    expect(resolveRows(star, 'fact')).toEqual([
      {
        ...fact,
        version: '',
        year_month: '',
        billing_class: '',
        negotiated_type: '',
        negotiation_arrangement: '',
        expiration_date: '',
        pos_members: [],
        code_description: '',
        code_name: '',
      },
    ]);
    expect(warnings).toMatchObject({ year_month_missing: 1, provider_id_missing: 0 });
  });

  it.each<[string, Record<string, string | null>]>([
    ['the same text', { description: 'a', name: 'a' }],
    ['nulls', { description: null, name: null, version: null, service_codes: null }],
  ])('have several codes, and constants that are %s', async (_, constants) => {
    const rows = ['1', '2', '3'].map((code) => ({ ...price, billing_code: code, ...constants }));
    const plain = await transform({ rows });
    const constant = await transform({ rows, constants });
    for (const name of ['code', 'fact'] as const) {
      expect(constant.star[name].height).toBe(3);
      expect(resolveRows(constant.star, 'fact')).toEqual(resolveRows(plain.star, 'fact'));
      expect(plainRows(constant.star, name)).toEqual(plainRows(plain.star, name));
    }
  });

  it('have several codes, and neither description nor name', async () => {
    const { description: _, name: __, ...columns } = kinds;
    const rows = ['1', '2', '3'].map((code) => ({ ...price, billing_code: code }));
    const { star } = await transform({ rows, columns });
    expect(plainRows(star, 'code').map((row) => [row['code'], row['code_description']])).toEqual([
      ['1', ''],
      ['2', ''],
      ['3', ''],
    ]);
  });

  it('have no payer name where an override names the payer', async () => {
    const { reporting_entity_name: _, ...columns } = kinds;
    const facts = await factsOf({ rows: [price], columns, payerSlugOverride: 'acme' });
    expect(facts).toEqual([{ ...fact, payer_slug: 'acme', reporting_entity_name: '' }]);
  });

  it('take an override for rows that name no payer', async () => {
    const rows = [{ ...price, reporting_entity_name: '***' }];
    const facts = await factsOf({ rows, payerSlugOverride: 'acme' });
    expect(facts).toEqual([{ ...fact, payer_slug: 'acme', reporting_entity_name: '***' }]);
  });

  it('use surrogate keys of their own', async () => {
    const rows = [price, { ...price, billing_code: '2' }, { ...price, billing_code: '3' }];
    const first = await transform({ rows });
    const second = await transform({ rows, firstRow: rows.length });
    for (const [relation, id] of [
      ['context', 'context_id'],
      ['code', 'code_id'],
      ['provider', 'provider_id'],
      ['pos_set', 'pos_id'],
    ] as const) {
      const ids = [...idsOf(first.star, relation, id), ...idsOf(second.star, relation, id)];
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('number rows beyond the range of 31 bits', async () => {
    const firstRow = 3_000_000_000;
    const { star } = await transform({ rows: [price], firstRow });
    for (const id of idsOf(star, 'code', 'code_id')) expect(id).toBeGreaterThanOrEqual(firstRow);
    expect(resolveRows(star, 'fact')).toHaveLength(1);
  });
});
