import type { ColumnChunk, FileMetaData, RowGroup } from 'hyparquet';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import type { Stored } from '../sources/sources.js';
import { readMetadata } from './read-metadata.js';
import { type ColumnSchema, storedAs, topLevelColumns } from './schema.js';

/** One row group of a file. */
export interface RowGroupFooter {
  readonly firstRow: number;
  readonly rows: number;
  /** Columns that statistics prove to hold one text, or null, in every row of this group. */
  readonly constants: ReadonlyMap<string, string | null>;
  /** The column chunks of the columns that were asked for, in file order. */
  readonly chunks: readonly ColumnChunkFooter[];
}

/** Where a column chunk is, without its statistics. */
export interface ColumnChunkFooter {
  /** The top-level column. */
  readonly column: string;
  /** Offset of its first page. */
  readonly start: number;
  readonly bytes: number;
  readonly metadata: NonNullable<ColumnChunk['meta_data']>;
}

/** What the end of a parquet file says of it. */
export interface Footer {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly createdBy: string;
  /** Every top-level column, in file order. */
  readonly columns: ReadonlyMap<string, Stored>;
  /** The schema of the columns that were asked for. */
  readonly schemas: readonly ColumnSchema[];
  readonly rowGroups: readonly RowGroupFooter[];
}

/**
 * Reads a parquet file's footer and keeps what concerns some columns, or all.
 * Throws `input` where the file is missing, unreadable, cut short or not parquet.
 */
export async function readFooter(path: string, wanted?: readonly string[]): Promise<Footer> {
  const step = 'reading parquet footers';
  try {
    const { metadata, bytes } = await readMetadata(path);
    const columns = wanted ?? metadata.schema.map(({ name }) => name);
    return describe(path, bytes, metadata, new Set(columns));
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

function describe(path: string, bytes: number, metadata: FileMetaData, wanted: ReadonlySet<string>): Footer {
  const schemas = topLevelColumns(metadata.schema);
  let firstRow = 0;
  const rowGroups = metadata.row_groups.map((group) => {
    const rows = Number(group.num_rows);
    const footer = { firstRow, rows, ...describeColumns(group, rows, wanted) };
    firstRow += rows;
    return footer;
  });
  return {
    path,
    bytes,
    rows: Number(metadata.num_rows),
    createdBy: metadata.created_by ?? 'unknown',
    columns: new Map(schemas.map((schema) => [schema.name, storedAs(schema)])),
    schemas: schemas.filter(({ name }) => wanted.has(name)),
    rowGroups,
  };
}

function describeColumns(group: RowGroup, rows: number, wanted: ReadonlySet<string>) {
  const constants = new Map<string, string | null>();
  const chunks: ColumnChunkFooter[] = [];
  for (const { meta_data: metadata } of group.columns) {
    const [column, ...nested] = metadata?.path_in_schema ?? [];
    if (!metadata || column === undefined || !wanted.has(column)) continue;
    const constant = nested.length === 0 ? constantOf(metadata, rows) : undefined;
    if (constant !== undefined) constants.set(column, constant);
    chunks.push(locate(column, metadata));
  }
  return { constants, chunks };
}

/** The one text of a column chunk, null where it holds nulls alone; undefined where statistics prove neither. */
function constantOf(
  { statistics = {} }: ColumnChunkFooter['metadata'],
  rows: number,
): string | null | undefined {
  const { min_value: min, max_value: max, null_count: nulls, is_max_value_exact: isExact } = statistics;
  if (nulls !== undefined && Number(nulls) === rows) return null;
  // long values may be cut short; writers that cut either say so or raise the maximum, so that it is not the minimum
  const isOne = typeof min === 'string' && min === max && Number(nulls) === 0 && isExact !== false;
  // the sign of bytes that are no text: reading them is to fail, not to guess
  return isOne && !min.includes('\ufffd') ? min : undefined;
}

function locate(column: string, metadata: ColumnChunkFooter['metadata']): ColumnChunkFooter {
  const { statistics, size_statistics, encoding_stats, geospatial_statistics, ...kept } = metadata;
  const dictionary = Number(kept.dictionary_page_offset ?? 0);
  const data = Number(kept.data_page_offset);
  const start = dictionary > 0 ? Math.min(dictionary, data) : data;
  return { column, start, bytes: Number(kept.total_compressed_size), metadata: kept };
}
