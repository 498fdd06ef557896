import { describe, expect, it } from 'vitest';
import { checkLayout } from '../../../src/sources/check.js';
import { type SourceName, type Stored, sources, type ValueKind } from '../../../src/sources/sources.js';

const text: Stored = { kind: 'text' };

const complete: Readonly<Record<SourceName, Readonly<Record<string, Stored>>>> = {
  rates: {
    reporting_entity_name: text,
    billing_code_type: text,
    billing_code: text,
    negotiated_rate: { kind: 'float' },
    provider_reference_id: { kind: 'integer' },
  },
  providers: { reporting_entity_name: text, provider_group_id: { kind: 'integer' }, npi: text },
};

function check(source: SourceName, columns: Readonly<Record<string, Stored>>, isPayerGiven = false) {
  return checkLayout(sources[source], '/in/file.parquet', new Map(Object.entries(columns)), isPayerGiven);
}

function without(source: SourceName, ...names: readonly string[]) {
  return Object.fromEntries(Object.entries(complete[source]).filter(([name]) => !names.includes(name)));
}

describe('checkLayout', () => {
  it.each(['rates', 'providers'] as const)('takes the required columns of %s', (source) => {
    expect(Object.fromEntries(check(source, complete[source]))).toEqual(complete[source]);
  });

  it.each(['rates', 'providers'] as const)('leaves out the columns that %s do not have', (source) => {
    const columns = { extra: { kind: 'unsupported' }, ...complete[source], bundled_codes: text } as const;
    expect(Object.fromEntries(check(source, columns))).toEqual(complete[source]);
  });

  it.each<[SourceName, string]>([
    ['rates', 'billing_code_type'],
    ['rates', 'billing_code'],
    ['rates', 'negotiated_rate'],
    ['rates', 'reporting_entity_name'],
    ['rates', 'provider_reference_id'],
    ['providers', 'npi'],
    ['providers', 'provider_group_id'],
    ['providers', 'reporting_entity_name'],
  ])('refuses %s without %s, and says what is there', (source, column) => {
    const columns = without(source, column);
    const there = Object.keys(columns).join(', ');
    expect(() => check(source, columns)).toThrow(
      expect.objectContaining({
        kind: 'data',
        exitCode: 65,
        step: 'checking inputs',
        message: expect.stringMatching(
          new RegExp(`^/in/file\\.parquet: required column missing: .*\\b${column}\\b.*there are: ${there}$`),
        ),
        hint: expect.any(String),
      }),
    );
  });

  it('takes either id', () => {
    const rates = { ...without('rates', 'provider_reference_id'), provider_group_id: text };
    expect(check('rates', rates).has('provider_group_id')).toBe(true);
    const providers = { ...without('providers', 'provider_group_id'), provider_reference_id: text };
    expect(check('providers', providers).has('provider_reference_id')).toBe(true);
  });

  it('needs no name where the payer is given', () => {
    for (const source of ['rates', 'providers'] as const) {
      expect(check(source, without(source, 'reporting_entity_name'), true).size).toBeGreaterThan(0);
    }
  });

  it.each<[SourceName, string, ValueKind]>([
    ['rates', 'negotiated_rate', 'list'],
    ['rates', 'negotiated_rate', 'boolean'],
    ['rates', 'negotiated_rate', 'date'],
    ['rates', 'billing_code', 'list'],
    ['rates', 'service_codes', 'unsupported'],
    ['rates', 'service_codes', 'timestamp'],
    ['providers', 'npi', 'list'],
    ['providers', 'tin_value', 'unsupported'],
  ])('refuses in %s a %s that holds %s', (source, column, kind) => {
    expect(() => check(source, { ...complete[source], [column]: { kind } })).toThrow(
      expect.objectContaining({
        kind: 'data',
        message: expect.stringContaining(`/in/file.parquet: column ${column} holds ${kind}; expected `),
      }),
    );
  });

  it.each<[SourceName, string, readonly ValueKind[]]>([
    ['rates', 'provider_reference_id', ['integer', 'decimal', 'float', 'text', 'null']],
    ['rates', 'negotiated_rate', ['float', 'decimal', 'integer', 'text', 'null']],
    ['rates', 'expiration_date', ['text', 'date', 'timestamp', 'null']],
    ['rates', 'last_updated_on', ['text', 'date', 'timestamp', 'null']],
    ['rates', 'service_codes', ['list', 'text', 'integer', 'null']],
    ['providers', 'provider_group_id', ['integer', 'decimal', 'float', 'text', 'null']],
    ['providers', 'npi', ['text', 'integer', 'null']],
  ])('takes in %s every layout that extractors gave %s', (source, column, kinds) => {
    for (const kind of kinds) {
      expect(check(source, { ...complete[source], [column]: { kind } }).get(column)).toEqual({ kind });
    }
  });

  it('keeps how a column is stored', () => {
    const stored: Stored = { kind: 'decimal', scale: 5 };
    expect(check('rates', { ...complete.rates, negotiated_rate: stored }).get('negotiated_rate')).toEqual(
      stored,
    );
  });
});

describe('the sources', () => {
  it.each(Object.values(sources).map((source) => [source.name, source] as const))(
    'are sound: %s',
    (_, source) => {
      const names = source.columns.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const column of source.required.flat()) expect(names).toContain(column);
      expect(
        source.required.some(
          (alternatives) => alternatives.length === 1 && alternatives[0] === source.anchor,
        ),
      ).toBe(true);
    },
  );

  it('name the columns of the contract and no others', () => {
    const common = [
      'reporting_entity_name',
      'reporting_entity_type',
      'last_updated_on',
      'version',
      'provider_group_id',
    ];
    const namesOf = (source: SourceName) => sources[source].columns.map(({ name }) => name).toSorted();
    expect(namesOf('rates')).toEqual(
      [
        ...common,
        'provider_reference_id',
        'billing_class',
        'billing_code_type',
        'billing_code',
        'negotiated_type',
        'negotiation_arrangement',
        'description',
        'name',
        'negotiated_rate',
        'expiration_date',
        'service_codes',
      ].toSorted(),
    );
    expect(namesOf('providers')).toEqual(
      [...common, 'provider_reference_id', 'npi', 'tin_type', 'tin_value'].toSorted(),
    );
  });
});
