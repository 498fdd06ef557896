import { describe, expect, it } from 'vitest';
import { attributesOf, tableNamed, tables } from '../../../src/tables/tables.js';
import { columnsOf, keyOf, type TableName, tableNames } from '../../model/tables.js';

/** The outputs as the contract prints them (section 5). */
const printed = `
dim_code | dims/dim_code.parquet | code_type, code, code_description, code_name | code_type, code
dim_payer | dims/dim_payer.parquet | payer_slug, reporting_entity_name, version | payer_slug
dim_provider_group | dims/dim_provider_group.parquet | pg_uid, payer_slug, provider_group_id_raw, version | pg_uid
dim_pos_set | dims/dim_pos_set.parquet | pos_set_id, pos_members (LIST of VARCHAR) | pos_set_id
xref_pg_npi | xrefs/xref_pg_member_npi.parquet | pg_uid, npi | pg_uid, npi
xref_pg_tin | xrefs/xref_pg_member_tin.parquet | pg_uid, tin_type, tin_value | pg_uid, tin_value
fact_rate | gold/fact_rate.parquet | fact_uid, state, year_month, payer_slug, billing_class, code_type, code, pg_uid, pos_set_id, negotiated_type, negotiation_arrangement, negotiated_rate (DOUBLE), expiration_date, provider_group_id_raw, reporting_entity_name | fact_uid
`;

const types: Readonly<Record<string, string>> = {
  VARCHAR: '',
  'VARCHAR[]': ' (LIST of VARCHAR)',
  DOUBLE: ' (DOUBLE)',
};

describe('the tables', () => {
  it('are those of the contract, in the order in which they are published', () => {
    const lines = tables.map(({ name, folder, file, columns, key }) => {
      const shown = columns.map((column) => `${column.name}${types[column.type]}`);
      return [name, `${folder.replace('_dir', '')}/${file}`, shown.join(', '), key.join(', ')].join(' | ');
    });
    expect(`\n${lines.join('\n')}\n`).toBe(printed);
  });

  it('are those that the model has', () => {
    expect(tables.map(({ name }) => name)).toEqual(tableNames);
    for (const { name, columns, key } of tables) {
      expect(columns.map((column) => column.name)).toEqual(columnsOf[name]);
      expect(key).toEqual(keyOf[name]);
    }
  });

  it.each(tables.map((table) => [table.name, table] as const))(
    'say all there is to say of %s',
    (_, table) => {
      const names = table.columns.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const column of table.key) expect(names).toContain(column);
      expect([...attributesOf(table).map(({ name }) => name), ...table.key].toSorted()).toEqual(
        names.toSorted(),
      );
      for (const { description } of [table, ...table.columns]) expect(description).toMatch(/^\S.*\S$/);
    },
  );

  it('are published in such an order that a key is there before what points at it', () => {
    const order = tables.map(({ name }) => name);
    const owners: Readonly<Record<string, TableName>> = {
      payer_slug: 'dim_payer',
      pg_uid: 'dim_provider_group',
      pos_set_id: 'dim_pos_set',
    };
    for (const { name, columns } of tables.filter((table) => table.folder !== 'dims_dir')) {
      const owned = columns.flatMap((column) => owners[column.name] ?? []);
      for (const owner of owned) expect(order.indexOf(owner)).toBeLessThan(order.indexOf(name));
    }
    expect(order.at(-1)).toBe('fact_rate');
  });

  it('share the type of a column of one name', () => {
    const typeOf = new Map<string, string>();
    for (const { name, type } of tables.flatMap((table) => table.columns)) {
      expect(typeOf.get(name) ?? type).toBe(type);
      typeOf.set(name, type);
    }
  });

  it('leave facts alone and fill the rest', () => {
    for (const { name, existing } of tables) expect(existing).toBe(name === 'fact_rate' ? 'keep' : 'fill');
  });
});

describe('tableNamed', () => {
  it('gives a definition', () => {
    for (const table of tables) expect(tableNamed(table.name)).toBe(table);
  });
});
