import { type TableName, tables } from './tables.js';

/**
 * What `etl1 validate` looks for in the outputs, as data: what each check is called, where it looks, how much it matters
 * and what it finds. The SQL is in `src/validate/sql.ts`, under the same names.
 */

export const severities = ['error', 'warning', 'info'] as const;

/** `error`: the data contract is broken; `warning`: loaded as it is published, but worth a look; `info`: good to know. */
export type Severity = (typeof severities)[number];

export interface Check {
  readonly name: string;
  readonly tables: readonly TableName[];
  /** Unless `validate_severities` gives another. */
  readonly severity: Severity;
  readonly finds: string;
}

const everyTable = tables.map(({ name }) => name);

const onFiles = [
  { name: 'table_missing', tables: everyTable, severity: 'error', finds: 'no such file' },
  { name: 'table_unreadable', tables: everyTable, severity: 'error', finds: 'a file that cannot be read' },
  {
    name: 'columns_wrong',
    tables: everyTable,
    severity: 'error',
    finds: 'columns of another name, type or place',
  },
] as const satisfies readonly Check[];

const onKeys = [
  { name: 'key_missing', tables: everyTable, severity: 'error', finds: 'rows with NULL in their key' },
  {
    name: 'key_duplicate',
    tables: everyTable,
    severity: 'error',
    finds: 'rows whose key another row has too',
  },
  {
    name: 'key_wrong',
    tables: ['dim_provider_group', 'dim_pos_set', 'fact_rate'],
    severity: 'error',
    finds: 'rows whose key is not the md5 of their own columns',
  },
] as const satisfies readonly Check[];

const onReferences = [
  {
    name: 'code_not_found',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'rows whose code is not in dim_code',
  },
  {
    name: 'payer_not_found',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'rows whose payer is not in dim_payer',
  },
  {
    name: 'group_not_found',
    tables: ['fact_rate', 'xref_pg_npi', 'xref_pg_tin'],
    severity: 'error',
    finds: 'rows whose group is not in dim_provider_group',
  },
  {
    name: 'pos_set_not_found',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'rows whose set of places is not in dim_pos_set',
  },
  {
    name: 'without_facts',
    tables: ['dim_code', 'dim_payer', 'dim_provider_group', 'dim_pos_set'],
    severity: 'info',
    finds: 'rows that no fact refers to',
  },
  {
    name: 'group_without_members',
    tables: ['dim_provider_group'],
    severity: 'warning',
    finds: 'groups without an NPI and without a TIN',
  },
  {
    name: 'group_members_changed',
    tables: ['dim_provider_group'],
    severity: 'warning',
    finds: 'groups that had other members in another month',
  },
] as const satisfies readonly Check[];

const onDimensions = [
  {
    name: 'payer_slug_malformed',
    tables: ['dim_payer', 'dim_provider_group'],
    severity: 'error',
    finds: 'payers that are not lower-case letters and digits with single dashes',
  },
  {
    name: 'code_type_unknown',
    tables: ['dim_code'],
    severity: 'warning',
    finds: 'code types that are not in the list of CMS',
  },
  {
    name: 'code_malformed',
    tables: ['dim_code'],
    severity: 'warning',
    finds: 'codes that do not look like those of their type',
  },
  {
    name: 'pos_unknown',
    tables: ['dim_pos_set'],
    severity: 'warning',
    finds: 'sets with a place of service that is not in the list of CMS',
  },
  {
    name: 'npi_invalid',
    tables: ['xref_pg_npi', 'xref_pg_tin'],
    severity: 'warning',
    finds: 'NPIs that are not ten digits with the right check digit',
  },
  {
    name: 'ein_malformed',
    tables: ['xref_pg_tin'],
    severity: 'warning',
    finds: 'EINs that are not nine digits, with or without a dash after two',
  },
  {
    name: 'tin_type_unknown',
    tables: ['xref_pg_tin'],
    severity: 'warning',
    finds: 'kinds of TIN other than ein and npi',
  },
] as const satisfies readonly Check[];

const onFacts = [
  {
    name: 'state_malformed',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'states that are not two capital letters',
  },
  { name: 'year_month_missing', tables: ['fact_rate'], severity: 'warning', finds: 'rates without a month' },
  {
    name: 'year_month_malformed',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'months that are not YYYY-MM of this century',
  },
  {
    name: 'rate_unusable',
    tables: ['fact_rate'],
    severity: 'error',
    finds: 'rates that a load rejects: NULL, NaN, infinite, or 1e15 and beyond',
  },
  { name: 'rate_zero', tables: ['fact_rate'], severity: 'warning', finds: 'rates of 0' },
  { name: 'rate_negative', tables: ['fact_rate'], severity: 'warning', finds: 'rates below 0' },
  { name: 'rate_huge', tables: ['fact_rate'], severity: 'warning', finds: 'rates over validate_max_rate' },
  {
    name: 'percentage_out_of_range',
    tables: ['fact_rate'],
    severity: 'warning',
    finds: 'percentages below 0 or over validate_max_percentage',
  },
  {
    name: 'billing_class_unknown',
    tables: ['fact_rate'],
    severity: 'warning',
    finds: 'billing classes that are not in the list of CMS',
  },
  {
    name: 'negotiated_type_unknown',
    tables: ['fact_rate'],
    severity: 'warning',
    finds: 'types of rate that are not in the list of CMS',
  },
  {
    name: 'arrangement_unknown',
    tables: ['fact_rate'],
    severity: 'warning',
    finds: 'arrangements that are not in the list of CMS',
  },
] as const satisfies readonly Check[];

const named = [...onFiles, ...onKeys, ...onReferences, ...onDimensions, ...onFacts];

export type CheckName = (typeof named)[number]['name'];

/** In the order in which findings of one severity are told. */
export const checks: readonly (Check & { readonly name: CheckName })[] = named;

export const checkNames: readonly CheckName[] = named.map(({ name }) => name);

const byName = new Map<string, Check>(named.map((check) => [check.name, check]));

/** Whether a text is the name of a check. */
export function isCheckName(name: string): name is CheckName {
  return byName.has(name);
}

/** The definition of a check. */
export function checkNamed(name: CheckName): Check {
  const check = byName.get(name);
  if (!check) throw new RangeError(`no check ${name}`);
  return check;
}
