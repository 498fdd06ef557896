import { describe, expect, it } from 'vitest';
import type { Layout, ValueKind } from '../../../src/sources/sources.js';
import { codingsOf, planCodedReading, type RowsAtHand } from '../../../src/transform/rates-coding.js';

const kinds = {
  reporting_entity_name: 'text',
  last_updated_on: 'text',
  version: 'text',
  provider_reference_id: 'integer',
  billing_class: 'text',
  billing_code_type: 'text',
  billing_code: 'text',
  negotiated_type: 'text',
  negotiation_arrangement: 'text',
  description: 'text',
  name: 'text',
  negotiated_rate: 'float',
  expiration_date: 'text',
  service_codes: 'list',
} as const satisfies Readonly<Record<string, ValueKind>>;

const needed = [
  'reporting_entity_name',
  'provider_reference_id',
  'billing_code_type',
  'billing_code',
  'negotiated_rate',
];

function layoutOf(columns: Readonly<Record<string, ValueKind>>): Layout {
  return new Map(Object.entries(columns).map(([name, kind]) => [name, { kind }]));
}

interface Known {
  readonly columns?: Readonly<Record<string, ValueKind>>;
  readonly constants?: Readonly<Record<string, string | null>>;
  readonly withoutNulls?: readonly string[];
  readonly withoutValues?: readonly string[];
}

function rowsWith({
  columns = kinds,
  constants = {},
  withoutNulls = needed,
  withoutValues = [],
}: Known): RowsAtHand {
  return {
    layout: layoutOf(columns),
    constants: new Map(Object.entries(constants)),
    withoutNulls: new Set(withoutNulls),
    withoutValues: new Set(withoutValues),
  };
}

const plan = (known: Known, isPayerGiven = false) => planCodedReading(rowsWith(known), isPayerGiven);

describe('planCodedReading', () => {
  it('reads texts as codes, and numbers as they are', () => {
    const reading = plan({});
    const { provider_reference_id: _, negotiated_rate: __, ...texts } = kinds;
    expect(new Set(reading?.coded)).toEqual(new Set(Object.keys(texts)));
    expect(new Set(reading?.columns)).toEqual(new Set(Object.keys(kinds)));
    expect(reading?.idColumn).toBe('provider_reference_id');
  });

  it('reads ids that are text as codes', () => {
    const reading = plan({ columns: { ...kinds, provider_reference_id: 'text' } });
    expect(reading?.coded).toContain('provider_reference_id');
  });

  it('reads no column that is constant or holds nothing', () => {
    const constants = { version: '1.0.0', billing_class: null, billing_code_type: 'CPT' };
    const reading = plan({ constants, withoutValues: ['name'] });
    for (const column of ['version', 'billing_class', 'billing_code_type', 'name'])
      expect(reading?.columns).not.toContain(column);
  });

  it('takes the other id where the first holds nothing', () => {
    const columns = { ...kinds, provider_group_id: 'text' } as const;
    const withoutNulls = [...needed, 'provider_group_id'];
    expect(plan({ columns, withoutNulls })?.columns).not.toContain('provider_group_id');
    const nothing: readonly Known[] = [
      { constants: { provider_reference_id: null } },
      { withoutValues: ['provider_reference_id'] },
    ];
    for (const known of nothing) {
      const reading = plan({ columns, withoutNulls, ...known });
      expect(reading?.idColumn).toBe('provider_group_id');
      expect(reading?.coded).toContain('provider_group_id');
      expect(reading?.columns).not.toContain('provider_reference_id');
    }
  });

  it.each(needed)('leaves rows alone where %s may be null', (column) => {
    expect(plan({ withoutNulls: needed.filter((other) => other !== column) })).toBeNull();
  });

  it('needs no payer where one is given', () => {
    const withoutNulls = needed.filter((column) => column !== 'reporting_entity_name');
    expect(plan({ withoutNulls }, true)).not.toBeNull();
    expect(plan({ constants: { reporting_entity_name: null } }, true)).not.toBeNull();
    expect(plan({ constants: { reporting_entity_name: null } })).toBeNull();
  });

  it.each([
    ['billing_code', 'integer'],
    ['description', 'float'],
    ['expiration_date', 'date'],
    ['last_updated_on', 'timestamp'],
    ['provider_reference_id', 'float'],
    ['provider_reference_id', 'decimal'],
    ['negotiated_rate', 'text'],
    ['negotiated_rate', 'decimal'],
    ['service_codes', 'integer'],
    ['version', 'list'],
  ] as const)('leaves rows alone where %s is stored as %s', (column, kind) => {
    expect(plan({ columns: { ...kinds, [column]: kind } })).toBeNull();
  });

  it.each([
    ['without ids', { constants: { provider_reference_id: null } }],
    ['without rates', { constants: { negotiated_rate: null } }],
    ['without billing codes', { constants: { billing_code: null } }],
    ['without code types', { withoutValues: ['billing_code_type'] }],
  ])('leaves rows %s alone', (_, known) => {
    const withoutNulls = needed.filter((column) => !Object.values(known).flat().includes(column));
    expect(plan({ withoutNulls, ...known })).toBeNull();
  });

  it('does not mind the type of a column that holds nothing', () => {
    const columns = { ...kinds, service_codes: 'integer', expiration_date: 'date' } as const;
    expect(plan({ columns, constants: { service_codes: null, expiration_date: null } })).not.toBeNull();
  });
});

describe('codingsOf', () => {
  it('gives fingerprints to the elements of lists, and numbers to all else', () => {
    const codings = codingsOf(layoutOf({ ...kinds, provider_reference_id: 'text' }));
    const kindsOfCodes = [...codings].map(([column, { kind }]) => [column, kind]);
    expect(Object.fromEntries(kindsOfCodes)).toMatchObject({
      service_codes: 'fingerprint',
      provider_reference_id: 'number',
      billing_code: 'number',
    });
    expect(codingsOf(layoutOf({ ...kinds, service_codes: 'text' })).get('service_codes')?.kind).toBe(
      'number',
    );
  });

  it('gives none to ids that are numbers, or not there', () => {
    const codings = codingsOf(layoutOf(kinds));
    expect(codings.has('provider_reference_id')).toBe(false);
    expect(codings.has('provider_group_id')).toBe(false);
  });

  const accepts = (column: string, text: string) =>
    codingsOf(layoutOf({ ...kinds, provider_reference_id: 'text' }))
      .get(column)
      ?.accepts?.(text) ?? true;

  it.each(['billing_code_type', 'billing_code', 'provider_reference_id'])(
    'takes for %s only text that is surely not blank',
    (column) => {
      for (const text of ['7', ' 7 ', '|', '\ufeffA', '\u00a01']) expect(accepts(column, text)).toBe(true);
      for (const text of ['', ' ', '\t\n', '\u3000', '\u0085', '\u0000', '\ufeff', '😀'])
        expect(accepts(column, text)).toBe(false);
    },
  );

  it('takes for a payer only names that surely have a slug', () => {
    for (const text of ['Acme', 'é1', '\u212aAISER'])
      expect(accepts('reporting_entity_name', text)).toBe(true);
    // the Kelvin sign has one, which is left to the transform of rows
    for (const text of ['', '***', 'é', '\u212a', '😀'])
      expect(accepts('reporting_entity_name', text)).toBe(false);
  });

  it.each(['version', 'description', 'name', 'service_codes', 'expiration_date'])(
    'takes any text for %s',
    (column) => {
      for (const text of ['', ' ', '\u0000', 'text']) expect(accepts(column, text)).toBe(true);
    },
  );
});
