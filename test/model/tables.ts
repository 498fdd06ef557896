/** The seven tables of the contract, written down a second time: a judge does not ask the accused. */
export const tableNames = [
  'dim_code',
  'dim_payer',
  'dim_provider_group',
  'dim_pos_set',
  'xref_pg_npi',
  'xref_pg_tin',
  'fact_rate',
] as const;

export type TableName = (typeof tableNames)[number];

export type OutputValue = null | string | number | readonly string[];
export type OutputRow = Readonly<Record<string, OutputValue>>;

/** The rows of each table by the text of their key. */
export type Tables = Readonly<Record<TableName, ReadonlyMap<string, OutputRow>>>;

/** Columns in the order of the contract. */
export const columnsOf: Readonly<Record<TableName, readonly string[]>> = {
  dim_code: ['code_type', 'code', 'code_description', 'code_name'],
  dim_payer: ['payer_slug', 'reporting_entity_name', 'version'],
  dim_provider_group: ['pg_uid', 'payer_slug', 'provider_group_id_raw', 'version'],
  dim_pos_set: ['pos_set_id', 'pos_members'],
  xref_pg_npi: ['pg_uid', 'npi'],
  xref_pg_tin: ['pg_uid', 'tin_type', 'tin_value'],
  fact_rate: [
    'fact_uid',
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
    'negotiated_rate',
    'expiration_date',
    'provider_group_id_raw',
    'reporting_entity_name',
  ],
};

export const keyOf: Readonly<Record<TableName, readonly string[]>> = {
  dim_code: ['code_type', 'code'],
  dim_payer: ['payer_slug'],
  dim_provider_group: ['pg_uid'],
  dim_pos_set: ['pos_set_id'],
  xref_pg_npi: ['pg_uid', 'npi'],
  xref_pg_tin: ['pg_uid', 'tin_value'],
  fact_rate: ['fact_uid'],
};

/** An empty data root. */
export const noTables: Tables = {
  dim_code: new Map(),
  dim_payer: new Map(),
  dim_provider_group: new Map(),
  dim_pos_set: new Map(),
  xref_pg_npi: new Map(),
  xref_pg_tin: new Map(),
  fact_rate: new Map(),
};

/** The text under which a table holds a row. */
export function keyTextOf(name: TableName, row: OutputRow): string {
  return JSON.stringify(keyOf[name].map((column) => row[column] ?? null));
}

/** Rows as a table; two rows with one key are an error. */
export function tableOf(name: TableName, rows: readonly OutputRow[]): ReadonlyMap<string, OutputRow> {
  const table = new Map<string, OutputRow>();
  for (const row of rows) {
    const key = keyTextOf(name, row);
    if (table.has(key)) throw new RangeError(`${name} holds the key ${key} twice`);
    table.set(key, row);
  }
  return table;
}
