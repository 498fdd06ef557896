import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import type { Stored, ValueKind } from '../sources/sources.js';

/** One row group of a file. */
export interface RowGroupFooter {
  readonly firstRow: number;
  readonly rows: number;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Text columns that statistics prove to hold one value, never null, in this group. */
  readonly constants: ReadonlyMap<string, string>;
}

/** What the end of a parquet file says of it. */
export interface Footer {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly createdBy: string;
  /** Every top-level column, in file order. */
  readonly columns: ReadonlyMap<string, Stored>;
  readonly rowGroups: readonly RowGroupFooter[];
}

/** Reads a parquet file's footer. Throws `input` where the file is missing, unreadable, cut short or not parquet. */
export async function readFooter(path: string): Promise<Footer> {
  const step = 'reading parquet footers';
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    return describe(path, file.byteLength, metadata);
  } catch (cause) {
    const reason =
      systemCodeOf(cause) === 'ENOENT'
        ? 'there is no such file'
        : `it cannot be read as parquet: ${messageOf(cause)}`;
    const hint =
      'check that the file was copied whole; `--rates-file` and `--providers-file` name another one';
    throw new EtlError('input', `${path}: ${reason}`, { step, hint, cause });
  }
}

function describe(path: string, bytes: number, metadata: FileMetaData): Footer {
  let firstRow = 0;
  const rowGroups = metadata.row_groups.map((group) => {
    const described = describeRowGroup(group, firstRow);
    firstRow += described.rows;
    return described;
  });
  return {
    path,
    bytes,
    rows: Number(metadata.num_rows),
    createdBy: metadata.created_by ?? 'unknown',
    columns: topLevelColumns(metadata.schema),
    rowGroups,
  };
}

function describeRowGroup(group: RowGroup, firstRow: number): RowGroupFooter {
  const constants = new Map<string, string>();
  for (const { meta_data: column } of group.columns) {
    const [name, ...nested] = column?.path_in_schema ?? [];
    if (!column || name === undefined || nested.length > 0) continue;
    const {
      min_value: min,
      max_value: max,
      null_count: nulls,
      is_max_value_exact: exact,
    } = column.statistics ?? {};
    // long values may be cut short; writers that cut either say so or raise the maximum, so it differs from the minimum
    if (typeof min === 'string' && min === max && nulls === 0n && exact !== false) constants.set(name, min);
  }
  const bytes = group.columns.reduce(
    (sum, { meta_data }) => sum + Number(meta_data?.total_compressed_size ?? 0),
    0,
  );
  return { firstRow, rows: Number(group.num_rows), bytes, constants };
}

/** Top-level columns; the schema is a flat list in which each element is followed by its children. */
function topLevelColumns(schema: readonly SchemaElement[]): Map<string, Stored> {
  const columns = new Map<string, Stored>();
  let index = 1;
  while (index < schema.length) {
    const element = schema[index];
    if (!element) break;
    const end = endOf(schema, index);
    columns.set(element.name, storedAs(element, schema.slice(index + 1, end)));
    index = end;
  }
  return columns;
}

function endOf(schema: readonly SchemaElement[], index: number): number {
  let end = index + 1;
  for (let children = schema[index]?.num_children ?? 0; children > 0; children -= 1) end = endOf(schema, end);
  return end;
}

function storedAs(element: SchemaElement, below: readonly SchemaElement[]): Stored {
  if (below.length > 0) return { kind: listKind(element, below) };
  if (element.repetition_type === 'REPEATED') return { kind: 'unsupported' };
  const { logical_type: logical, converted_type: converted, type } = element;
  if (logical?.type === 'NULL') return { kind: 'null' };
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL')
    return { kind: 'decimal', scale: element.scale ?? 0 };
  if (logical?.type === 'DATE' || converted === 'DATE') return { kind: 'date' };
  if (logical?.type === 'TIMESTAMP') return { kind: 'timestamp', unit: timestampUnits[logical.unit] };
  if (converted === 'TIMESTAMP_MILLIS') return { kind: 'timestamp', unit: 'ms' };
  if (converted === 'TIMESTAMP_MICROS') return { kind: 'timestamp', unit: 'us' };
  if (logical?.type === 'TIME' || converted === 'INTERVAL' || logical?.type === 'UUID')
    return { kind: 'unsupported' };
  if (logical?.type === 'FLOAT16') return { kind: 'float' };
  return type === 'INT96'
    ? { kind: 'timestamp', unit: 'ns' }
    : { kind: kindOfPhysical[type ?? ''] ?? 'unsupported' };
}

const timestampUnits = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' } as const;

const kindOfPhysical: Readonly<Record<string, ValueKind>> = {
  BOOLEAN: 'boolean',
  INT32: 'integer',
  INT64: 'integer',
  FLOAT: 'float',
  DOUBLE: 'float',
  BYTE_ARRAY: 'text',
};

/** A list of plain values; a list of lists, a map or a struct is not supported. */
function listKind(element: SchemaElement, below: readonly SchemaElement[]): ValueKind {
  const isList = element.logical_type?.type === 'LIST' || element.converted_type === 'LIST';
  const leaves = below.filter((child) => !child.num_children);
  const [leaf] = leaves;
  if (!isList || leaves.length !== 1 || !leaf || below.length > 2) return 'unsupported';
  const { kind } = storedAs({ ...leaf, repetition_type: 'OPTIONAL' }, []);
  return kind === 'text' || kind === 'integer' || kind === 'null' ? 'list' : 'unsupported';
}
