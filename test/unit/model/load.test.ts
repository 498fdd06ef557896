import { describe, expect, it } from 'vitest';
import { digestOf } from '../../model/digest.js';
import type { InputRow } from '../../model/input-value.js';
import { pgUidOf } from '../../model/keys.js';
import { loadModel } from '../../model/load.js';
import { settingsFor } from '../../model/settings.js';
import type { TableName, Tables } from '../../model/tables.js';
import { noTables, tableOf } from '../../model/tables.js';

const price: InputRow = {
  reporting_entity_name: 'Acme Health',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_reference_id: 7n,
  billing_class: 'professional',
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_type: 'negotiated',
  negotiation_arrangement: 'ffs',
  negotiated_rate: 80,
  expiration_date: '9999-12-31',
  service_codes: ['11'],
  description: 'Office visit',
  name: 'Visit',
};

const member: InputRow = {
  reporting_entity_name: 'Acme Health',
  last_updated_on: '2025-08-01',
  version: '1.0.0',
  provider_group_id: 7n,
  npi: '1234567890',
  tin_type: 'ein',
  tin_value: '123456789',
};

const georgia = settingsFor('ga');

function load(rates: InputRow[], providers: InputRow[] = [], settings = georgia, before: Tables = noTables) {
  return loadModel(before, { rates, providers }, settings);
}

function rowsOf(tables: Tables, name: TableName) {
  return [...tables[name].values()];
}

describe('one load', () => {
  it('fills the seven tables', () => {
    const { tables, rejects, warnings, groupsGainedMembers } = load([price, price], [member, member]);
    const [fact] = rowsOf(tables, 'fact_rate');
    expect(Object.values(tables).map((table) => table.size)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(fact).toMatchObject({
      state: 'GA',
      year_month: '2025-08',
      payer_slug: 'acme-health',
      negotiated_rate: 80,
    });
    expect({ rejects, warnings, groupsGainedMembers }).toEqual({
      rejects: { rates: [], providers: [] },
      warnings: {},
      groupsGainedMembers: 0,
    });
  });

  it('makes the same tables of blank text and of null', () => {
    const blank = { ...price, billing_class: ' ', version: '', expiration_date: '\u3000', description: '' };
    const missing = {
      ...price,
      billing_class: null,
      version: null,
      expiration_date: null,
      description: null,
    };
    expect(load([blank]).tables).toEqual(load([missing]).tables);
    expect(rowsOf(load([blank]).tables, 'fact_rate')[0]).toMatchObject({
      billing_class: null,
      expiration_date: null,
    });
  });

  it('rejects for the first reason that holds', () => {
    const { rejects, tables } = load(
      [
        { ...price, reporting_entity_name: '***', billing_code: '' },
        { ...price, billing_code_type: ' ', negotiated_rate: null },
        { ...price, billing_code: null },
        { ...price, negotiated_rate: null },
        { ...price, negotiated_rate: 'free' },
        { ...price, negotiated_rate: Number.NaN },
        { ...price, negotiated_rate: 1e15 },
        price,
      ],
      [
        { ...member, reporting_entity_name: null },
        { ...member, provider_group_id: ' ' },
      ],
    );
    expect(rejects).toEqual({
      rates: [
        { row: 0, reason: 'payer_missing' },
        { row: 1, reason: 'code_type_missing' },
        { row: 2, reason: 'code_missing' },
        { row: 3, reason: 'rate_missing' },
        { row: 4, reason: 'rate_not_numeric' },
        { row: 5, reason: 'rate_not_finite' },
        { row: 6, reason: 'rate_out_of_range' },
      ],
      providers: [
        { row: 0, reason: 'payer_missing' },
        { row: 1, reason: 'group_missing' },
      ],
    });
    expect(tables.fact_rate.size).toBe(1);
  });

  it('counts what is odd in accepted rows', () => {
    const { warnings } = load(
      [
        { ...price, last_updated_on: 'soon', provider_reference_id: '', negotiated_rate: 0 },
        { ...price, negotiated_rate: -1, negotiated_type: ' Percentage ' },
        { ...price, negotiated_rate: 1_000_000 },
        { ...price, negotiated_rate: 1_000_001 },
        { ...price, negotiated_rate: null, last_updated_on: 'soon' },
      ],
      [
        { ...member, npi: 0n, tin_value: '' },
        { ...member, npi: null },
      ],
    );
    expect(warnings).toEqual({
      year_month_missing: 1,
      provider_id_missing: 1,
      rate_zero: 1,
      rate_negative: 1,
      rate_percentage: 1,
      rate_huge: 1,
      npi_missing: 2,
      tin_missing: 1,
    });
  });

  it('takes the other id of a row where the first is blank', () => {
    const { tables } = load(
      [{ ...price, provider_reference_id: ' ', provider_group_id: 7.0 }],
      [{ ...member, provider_group_id: null, provider_reference_id: '7' }],
    );
    expect([...tables.dim_provider_group.keys()]).toEqual([
      JSON.stringify([pgUidOf('acme-health', '1.0.0', '7', '')]),
    ]);
  });

  it('keeps the smallest rate of one fact, then the smallest name, in any order of rows', () => {
    const rows = [
      { ...price, negotiated_rate: 80.00001, reporting_entity_name: 'ACME HEALTH' },
      { ...price, negotiated_rate: 80, reporting_entity_name: 'Acme Health' },
      { ...price, negotiated_rate: 80, reporting_entity_name: 'Acme-Health' },
    ];
    const forward = rowsOf(load(rows).tables, 'fact_rate');
    expect(forward).toEqual([
      expect.objectContaining({ negotiated_rate: 80, reporting_entity_name: 'Acme Health' }),
    ]);
    expect(rowsOf(load(rows.toReversed()).tables, 'fact_rate')).toEqual(forward);
  });

  it('puts a missing name last', () => {
    const override = settingsFor('GA', { payerSlugOverride: 'acme' });
    const rows = [{ ...price, reporting_entity_name: null }, price];
    for (const order of [rows, rows.toReversed()]) {
      expect(rowsOf(load(order, [], override).tables, 'fact_rate')).toEqual([
        expect.objectContaining({ payer_slug: 'acme', reporting_entity_name: 'Acme Health' }),
      ]);
    }
  });

  it('takes the smallest non-blank value of each attribute', () => {
    const rows = [
      { ...price, description: '', name: 'b' },
      { ...price, description: '\u{1F600}', name: 'a' },
      { ...price, description: '\uFFFD', name: null },
    ];
    expect(rowsOf(load(rows).tables, 'dim_code')).toEqual([
      { code_type: 'CPT', code: '99213', code_description: '\uFFFD', code_name: 'a' },
    ]);
  });

  it('puts the month into the group of each source under the scope of a month', () => {
    const byMonth = settingsFor('GA', { providerGroupScope: 'month' });
    const { tables } = load([price], [{ ...member, last_updated_on: '2025-07-01' }], byMonth);
    expect(rowsOf(tables, 'dim_provider_group').map((row) => row['pg_uid'])).toEqual([
      pgUidOf('acme-health', '1.0.0', '7', '2025-08'),
      pgUidOf('acme-health', '1.0.0', '7', '2025-07'),
    ]);
  });
});

describe('a load on top of another', () => {
  const first = load([{ ...price, description: null }], [{ ...member, tin_type: null }]).tables;

  it('changes nothing where the input is the same', () => {
    const again = load([{ ...price, description: null }], [{ ...member, tin_type: null }], georgia, first);
    expect(again.tables).toEqual(first);
    expect(again.groupsGainedMembers).toBe(0);
  });

  it('fills blank attributes and leaves others and facts as they are', () => {
    const { tables } = load([{ ...price, negotiated_rate: 79.99999, name: 'A' }], [member], georgia, first);
    expect(rowsOf(tables, 'dim_code')[0]).toMatchObject({
      code_description: 'Office visit',
      code_name: 'Visit',
    });
    expect(rowsOf(tables, 'xref_pg_tin')[0]).toMatchObject({ tin_type: 'ein' });
    expect(rowsOf(tables, 'fact_rate')).toEqual([expect.objectContaining({ negotiated_rate: 80 })]);
  });

  it('lets non-blank attributes win where dimensions are updated', () => {
    const update = settingsFor('GA', { dimensionConflict: 'update' });
    const { tables } = load([{ ...price, description: '', name: 'Zebra' }], [], update, load([price]).tables);
    expect(rowsOf(tables, 'dim_code')[0]).toMatchObject({
      code_description: 'Office visit',
      code_name: 'Zebra',
    });
  });

  it('counts the groups that gain members', () => {
    const group = (id: bigint, npi: string, tin = '123456789') => ({
      ...member,
      provider_group_id: id,
      npi,
      tin_value: tin,
    });
    const before = load([], [group(1n, '1'), group(2n, '2'), group(3n, '3')]).tables;
    const providers = [group(1n, '1'), group(2n, '9'), group(3n, '3', '5'), group(4n, '4')];
    expect(load([], providers, georgia, before).groupsGainedMembers).toBe(2);
    const byMonth = settingsFor('GA', { providerGroupScope: 'month' });
    expect(load([], providers, byMonth, before).groupsGainedMembers).toBe(0);
  });

  it('replaces the facts of the months that the input holds', () => {
    const september = { ...price, last_updated_on: '2025-09-01' };
    const before = load([price, { ...price, billing_code: '99214' }, september]).tables;
    const replace = settingsFor('GA', { mode: 'replace' });
    const { tables } = load([{ ...price, negotiated_rate: 90 }], [], replace, before);
    const facts = rowsOf(tables, 'fact_rate').map((row) => [
      row['year_month'],
      row['code'],
      row['negotiated_rate'],
    ]);
    expect(facts).toEqual([
      ['2025-09', '99213', 80],
      ['2025-08', '99213', 90],
    ]);
    expect(tables.dim_code.size).toBe(2);
  });
});

describe('the tables', () => {
  it('have the digest that the published example has', () => {
    const payer = { payer_slug: 'evry-health', reporting_entity_name: 'Evry Health', version: '1' };
    expect(digestOf('dim_payer', [payer])).toBe('d48be304ab954e89');
    expect(digestOf('dim_payer', [])).toBe('0000000000000000');
  });

  it('refuse two rows with one key', () => {
    expect(() =>
      tableOf('xref_pg_npi', [
        { pg_uid: 'a', npi: '1' },
        { pg_uid: 'a', npi: '1' },
      ]),
    ).toThrow('twice');
  });
});
