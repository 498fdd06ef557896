import { join } from 'node:path';

/**
 * What staged chunks hold: one parquet file per relation. A chunk is a small star of its own; its surrogate keys
 * (`…_id`, BIGINT) are unique within the run. Text is never null: blank is the empty string.
 */
export type StagedName =
  | 'context'
  | 'code'
  | 'provider'
  | 'pos_set'
  | 'fact'
  | 'coded_fact'
  | 'context_code'
  | 'code_code'
  | 'provider_code'
  | 'service_code'
  | 'provider_group'
  | 'npi'
  | 'tin'
  | 'incomplete_group';

type StagedColumns = Readonly<
  Record<string, 'BIGINT' | 'BOOLEAN' | 'INTEGER' | 'VARCHAR' | 'VARCHAR[]' | 'DOUBLE'>
>;

export const stagedRelations: Readonly<Record<StagedName, StagedColumns>> = {
  context: {
    context_id: 'BIGINT',
    payer_slug: 'VARCHAR',
    reporting_entity_name: 'VARCHAR',
    version: 'VARCHAR',
    year_month: 'VARCHAR',
    billing_class: 'VARCHAR',
    negotiated_type: 'VARCHAR',
    negotiation_arrangement: 'VARCHAR',
    expiration_date: 'VARCHAR',
  },
  code: {
    code_id: 'BIGINT',
    code_type: 'VARCHAR',
    code: 'VARCHAR',
    code_description: 'VARCHAR',
    code_name: 'VARCHAR',
  },
  provider: { provider_id: 'BIGINT', provider_group_id_raw: 'VARCHAR' },
  pos_set: { pos_id: 'BIGINT', pos_members: 'VARCHAR[]' },
  fact: {
    context_id: 'BIGINT',
    code_id: 'BIGINT',
    provider_id: 'BIGINT',
    pos_id: 'BIGINT',
    negotiated_rate: 'DOUBLE',
  },
  coded_fact: {
    context_code: 'BIGINT',
    code_code: 'BIGINT',
    provider_code: 'BIGINT',
    service_code: 'BIGINT',
    negotiated_rate: 'DOUBLE',
    /** Facts of one set are known to be distinct: those of a chunk, or each by itself where they were not compared. */
    distinct_set: 'INTEGER',
  },
  context_code: { code: 'BIGINT', id: 'BIGINT' },
  code_code: { code: 'BIGINT', id: 'BIGINT' },
  provider_code: { code: 'BIGINT', id: 'BIGINT' },
  service_code: { code: 'BIGINT', id: 'BIGINT' },
  provider_group: {
    group_id: 'BIGINT',
    payer_slug: 'VARCHAR',
    version: 'VARCHAR',
    year_month: 'VARCHAR',
    provider_group_id_raw: 'VARCHAR',
  },
  npi: { group_id: 'BIGINT', npi: 'VARCHAR' },
  tin: { group_id: 'BIGINT', tin_type: 'VARCHAR', tin_value: 'VARCHAR' },
  incomplete_group: { group_id: 'BIGINT', npi_missing: 'BOOLEAN', tin_missing: 'BOOLEAN' },
};

export const stagedNames = Object.keys(stagedRelations) as readonly StagedName[];

/** The staged files of each relation. */
export type StagedFiles = Readonly<Partial<Record<StagedName, readonly string[]>>>;

/** Where a staged chunk has a relation. */
export function stagedFile(folder: string, relation: string): string {
  return join(folder, `${relation}.parquet`);
}

/** Where the note of a staged folder is: what is to be known beside its relations. */
export function noteFile(folder: string): string {
  return join(folder, 'note.json');
}
