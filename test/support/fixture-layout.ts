/** How a column of a fixture is stored. `null` is a column of nulls: INT32 by DuckDB, parquet's Null by Polars. */
export type StoredType =
  | 'text'
  | 'int32'
  | 'int64'
  | 'uint64'
  | 'double'
  | { readonly precision: number; readonly scale: number }
  | 'date'
  | 'timestamp'
  | 'zoned timestamp'
  | 'list'
  | 'null';

export type Codec = 'zstd' | 'snappy' | 'gzip' | 'brotli' | 'lz4' | 'uncompressed';

export interface Layout {
  /** The columns in their order in the file; one that is not named is absent, one that rows lack is null. */
  readonly columns: Readonly<Record<string, StoredType>>;
  /** Rows in a group; without it one group holds the whole file. */
  readonly rowGroupSize?: number;
  readonly codec?: Codec;
  /** Whether row groups tell the minimum, maximum and nulls of their columns; without it they do. */
  readonly statistics?: boolean;
  /** Who writes the file; without it DuckDB, unless only Polars can write the layout. */
  readonly writer?: 'duckdb' | 'polars';
  /** Whether DuckDB puts all text into dictionaries, in row groups of any size; without it DuckDB decides. */
  readonly dictionaries?: boolean;
}

/** The columns of rates as most real files have them. */
export const plainRatesColumns: Layout['columns'] = {
  provider_reference_id: 'int64',
  negotiated_rate: 'double',
  negotiated_type: 'text',
  billing_class: 'text',
  expiration_date: 'text',
  service_codes: 'list',
  billing_code: 'text',
  billing_code_type: 'text',
  description: 'text',
  name: 'text',
  negotiation_arrangement: 'text',
  reporting_entity_name: 'text',
  reporting_entity_type: 'text',
  last_updated_on: 'text',
  version: 'text',
};

/** The columns of providers as most real files have them. */
export const plainProvidersColumns: Layout['columns'] = {
  provider_group_id: 'int64',
  npi: 'text',
  tin_type: 'text',
  tin_value: 'text',
  reporting_entity_name: 'text',
  reporting_entity_type: 'text',
  last_updated_on: 'text',
  version: 'text',
};
