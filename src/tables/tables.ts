/**
 * What the seven output tables are: names, files, columns, keys and how rows of one key meet
 * (data contract, section 5). Everything that stages, writes, merges or describes a table reads it here.
 */

export type ColumnType = 'VARCHAR' | 'VARCHAR[]' | 'DOUBLE';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}

export type TableName =
  | 'dim_code'
  | 'dim_payer'
  | 'dim_provider_group'
  | 'dim_pos_set'
  | 'xref_pg_npi'
  | 'xref_pg_tin'
  | 'fact_rate';

export type TableFolder = 'dims_dir' | 'xrefs_dir' | 'gold_dir';

export interface Table {
  readonly name: TableName;
  /** The configuration key of the folder under the data root, and the default file name in it. */
  readonly folder: TableFolder;
  readonly file: string;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  /** `fill`: blank attributes of an existing row are filled; `keep`: an existing row is never touched. */
  readonly existing: 'fill' | 'keep';
}

const text = (name: string, description: string): Column => ({ name, type: 'VARCHAR', description });

const payerSlug = text('payer_slug', 'payer: the entity name in lower case, other characters as dashes');
const pgUid = text('pg_uid', 'provider group: md5 of payer, version and provider id');
const posSetId = text('pos_set_id', 'set of place-of-service codes: md5 of its members');
const codeType = text('code_type', 'billing code system, such as CPT, HCPCS, MS-DRG');
const code = text('code', 'billing code');
const entityName = text('reporting_entity_name', 'the payer as it names itself');
const version = text('version', 'version of the schema that the payer published under');
const rawGroupId = text('provider_group_id_raw', 'provider id as published, local to one published file');

/** In publishing order: a fact is never visible before the dimension rows it points at. */
export const tables: readonly Table[] = [
  {
    name: 'dim_code',
    folder: 'dims_dir',
    file: 'dim_code.parquet',
    description: 'billing codes',
    columns: [
      codeType,
      code,
      text('code_description', 'long description of the code'),
      text('code_name', 'short name of the code'),
    ],
    key: ['code_type', 'code'],
    existing: 'fill',
  },
  {
    name: 'dim_payer',
    folder: 'dims_dir',
    file: 'dim_payer.parquet',
    description: 'payers',
    columns: [payerSlug, entityName, version],
    key: ['payer_slug'],
    existing: 'fill',
  },
  {
    name: 'dim_provider_group',
    folder: 'dims_dir',
    file: 'dim_provider_group.parquet',
    description: 'provider groups',
    columns: [pgUid, payerSlug, rawGroupId, version],
    key: ['pg_uid'],
    existing: 'fill',
  },
  {
    name: 'dim_pos_set',
    folder: 'dims_dir',
    file: 'dim_pos_set.parquet',
    description: 'sets of place-of-service codes',
    columns: [
      posSetId,
      {
        name: 'pos_members',
        type: 'VARCHAR[]',
        description: 'the codes, sorted; empty where none are published',
      },
    ],
    key: ['pos_set_id'],
    existing: 'fill',
  },
  {
    name: 'xref_pg_npi',
    folder: 'xrefs_dir',
    file: 'xref_pg_member_npi.parquet',
    description: 'NPIs of provider groups',
    columns: [pgUid, text('npi', 'National Provider Identifier of a member')],
    key: ['pg_uid', 'npi'],
    existing: 'fill',
  },
  {
    name: 'xref_pg_tin',
    folder: 'xrefs_dir',
    file: 'xref_pg_member_tin.parquet',
    description: 'TINs of provider groups',
    columns: [
      pgUid,
      text('tin_type', 'kind of tax identifier: ein or npi'),
      text('tin_value', 'tax identifier of a member'),
    ],
    key: ['pg_uid', 'tin_value'],
    existing: 'fill',
  },
  {
    name: 'fact_rate',
    folder: 'gold_dir',
    file: 'fact_rate.parquet',
    description: 'negotiated rates',
    columns: [
      text('fact_uid', 'md5 of everything that tells one rate from another'),
      text('state', 'two letters, upper case'),
      text('year_month', 'month of publication, YYYY-MM'),
      payerSlug,
      text('billing_class', 'professional or institutional'),
      codeType,
      code,
      pgUid,
      posSetId,
      text('negotiated_type', 'negotiated, derived, fee schedule, percentage or per diem'),
      text('negotiation_arrangement', 'ffs, bundle or capitation'),
      { name: 'negotiated_rate', type: 'DOUBLE', description: 'the price in dollars, or a percentage' },
      text('expiration_date', 'last day the rate holds; 9999-12-31 where it has no end'),
      rawGroupId,
      entityName,
    ],
    key: ['fact_uid'],
    existing: 'keep',
  },
];

const byName = new Map(tables.map((table) => [table.name, table]));

/** What `fact_uid` is the md5 of, in this order, with bars between: the rate with four decimals (data contract, section 4). */
export const hashedOfFact = [
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
  'negotiated_rate',
  'provider_group_id_raw',
] as const;

/** The same as expressions: each column's own name, but for those that are given. */
export function hashedWith(
  given: Readonly<Partial<Record<(typeof hashedOfFact)[number], string>>>,
): readonly string[] {
  return hashedOfFact.map((column) => given[column] ?? column);
}

/** The definition of a table. */
export function tableNamed(name: TableName): Table {
  const table = byName.get(name);
  if (!table) throw new RangeError(`no table ${name}`);
  return table;
}

/** The columns of a table that are not part of its key. */
export function attributesOf(table: Table): readonly Column[] {
  return table.columns.filter((column) => !table.key.includes(column.name));
}
