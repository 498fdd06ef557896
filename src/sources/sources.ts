/**
 * What the two inputs are: which columns are read, which types they may have, and which must be there
 * (data contract, section 2).
 */

/** What a parquet column holds, however it is stored. */
export type ValueKind =
  | 'text'
  | 'integer'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'list'
  | 'null'
  | 'unsupported';

export type SourceName = 'rates' | 'providers';

export interface SourceColumn {
  readonly name: string;
  readonly accepts: readonly ValueKind[];
}

/** How one column of a file is stored. */
export interface Stored {
  readonly kind: ValueKind;
  /** Digits after the point of a decimal. */
  readonly scale?: number;
  /** Resolution of a timestamp, whose instant counts in UTC. */
  readonly unit?: 'ms' | 'us' | 'ns';
  /** Whether a timestamp is said to be one of UTC, which shows where it is printed. */
  readonly isZoned?: boolean;
  /** Those of a float. */
  readonly bits?: 32 | 64;
}

const perDay = { day: 1, ms: 86_400e3, us: 86_400e6, ns: 86_400e9 } as const;

/**
 * The count from 1970, before it or after it, from which on a date or a timestamp is none: what is further away than 95 million days a
 * database has stored for an infinite one, and of nanoseconds, which do not reach that far, the last that 64 bits hold.
 */
export const infiniteFrom = ({ kind, unit = 'us' }: Stored): number =>
  Math.min(95_000_000 * perDay[kind === 'date' ? 'day' : unit], 2 ** 63);

/** The columns of a file that the contract knows, by name; a column that is not there is absent. */
export type Layout = ReadonlyMap<string, Stored>;

export interface Source {
  readonly name: SourceName;
  readonly columns: readonly SourceColumn[];
  /** Each entry must be met by at least one of its columns. */
  readonly required: readonly (readonly string[])[];
  /** The required column that is always read, so that a chunk has its rows even where all else is constant. */
  readonly anchor: string;
}

const scalar: readonly ValueKind[] = [
  'text',
  'integer',
  'float',
  'decimal',
  'boolean',
  'date',
  'timestamp',
  'null',
];
const number: readonly ValueKind[] = ['text', 'integer', 'float', 'decimal', 'null'];
// an all-null column is often typed as an integer
const codes: readonly ValueKind[] = ['text', 'list', 'integer', 'null'];

const entityColumns: readonly SourceColumn[] = [
  { name: 'reporting_entity_name', accepts: scalar },
  { name: 'reporting_entity_type', accepts: scalar },
  { name: 'last_updated_on', accepts: scalar },
  { name: 'version', accepts: scalar },
];

const idColumns: readonly SourceColumn[] = [
  { name: 'provider_reference_id', accepts: scalar },
  { name: 'provider_group_id', accepts: scalar },
];

export const sources: Readonly<Record<SourceName, Source>> = {
  rates: {
    name: 'rates',
    columns: [
      ...entityColumns,
      ...idColumns,
      { name: 'billing_class', accepts: scalar },
      { name: 'billing_code_type', accepts: scalar },
      { name: 'billing_code', accepts: scalar },
      { name: 'negotiated_type', accepts: scalar },
      { name: 'negotiation_arrangement', accepts: scalar },
      { name: 'description', accepts: scalar },
      { name: 'name', accepts: scalar },
      { name: 'negotiated_rate', accepts: number },
      { name: 'expiration_date', accepts: scalar },
      { name: 'service_codes', accepts: codes },
    ],
    required: [
      ['billing_code_type'],
      ['billing_code'],
      ['negotiated_rate'],
      ['provider_reference_id', 'provider_group_id'],
    ],
    anchor: 'negotiated_rate',
  },
  providers: {
    name: 'providers',
    columns: [
      ...entityColumns,
      ...idColumns,
      { name: 'npi', accepts: scalar },
      { name: 'tin_type', accepts: scalar },
      { name: 'tin_value', accepts: scalar },
    ],
    required: [['provider_group_id', 'provider_reference_id'], ['npi']],
    anchor: 'npi',
  },
};

/** What `reporting_entity_name` is required for: without it only an override can name the payer. */
export const payerNameColumn = 'reporting_entity_name';
