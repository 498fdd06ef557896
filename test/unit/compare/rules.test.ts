import { describe, expect, it } from 'vitest';
import { rulesFor } from '../../../src/compare/rules.js';
import { type TableName, tableNamed } from '../../../src/tables/tables.js';

/** The rules of a table, by the names of columns; `absent` are columns that a side lacks. */
function rulesOf(name: TableName, absent: readonly string[] = []) {
  const table = tableNamed(name);
  const shared = table.columns.map((column) => column.name).filter((column) => !absent.includes(column));
  const { pairing, compared, identity, keepsWholeRow } = rulesFor(table, new Set(shared));
  const namesOf = (columns: typeof pairing) => columns.map((column) => column.name);
  return {
    pairing: namesOf(pairing),
    compared: namesOf(compared),
    identity: namesOf(identity),
    keepsWholeRow,
  };
}

describe('rulesFor', () => {
  it('pairs dimensions by their key', () => {
    expect(rulesOf('dim_code')).toEqual({
      pairing: ['code_type', 'code'],
      compared: ['code_description', 'code_name'],
      identity: [],
      keepsWholeRow: false,
    });
    expect(rulesOf('xref_pg_npi')).toMatchObject({ pairing: ['pg_uid', 'npi'], compared: [] });
    expect(rulesOf('xref_pg_tin')).toMatchObject({
      pairing: ['pg_uid', 'tin_value'],
      compared: ['tin_type'],
    });
  });

  it('pairs facts by what their key is made of, but the rate', () => {
    expect(rulesOf('fact_rate')).toEqual({
      pairing: [
        'state',
        'year_month',
        'payer_slug',
        'billing_class',
        'code_type',
        'code',
        'pg_uid',
        'pos_set_id',
        'negotiated_type',
        'negotiation_arrangement',
        'expiration_date',
        'provider_group_id_raw',
      ],
      compared: ['negotiated_rate', 'reporting_entity_name', 'fact_uid'],
      identity: ['fact_uid'],
      keepsWholeRow: true,
    });
  });

  it('compares a column that a side lacks, instead of pairing by it', () => {
    const { pairing, compared } = rulesOf('fact_rate', ['state']);
    expect(pairing).not.toContain('state');
    expect(compared).toEqual(['state', 'negotiated_rate', 'reporting_entity_name', 'fact_uid']);
  });
});
