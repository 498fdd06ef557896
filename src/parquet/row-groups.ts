import type { ColumnMetaData } from 'hyparquet';
import { checkNames } from './check-names.js';
import { readColumnMetadata } from './column-metadata.js';
import { type Constants, ConstantsReader, readStatistics, type Statistics } from './constants.js';
import type { Leaf } from './leaf.js';
import { ThriftCursor } from './thrift.js';

/** One row group of a file. */
export interface RowGroupFooter {
  readonly firstRow: number;
  readonly rows: number;
  /** All of its columns, unpacked, as the footer says. */
  readonly bytes: number;
  /** Columns that statistics prove to hold one text, or null, in every row of this group. */
  readonly constants: Constants;
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
  /** How many values are null, of a list also those of empty lists; undefined where the file does not say. */
  readonly nulls: number | undefined;
  readonly metadata: ColumnMetaData;
}

/**
 * Reads the list of row groups in a footer, of which there may be many thousands. Their rows and constants are kept;
 * column chunks are read again from the footer's bytes when a row group is asked for them. What is damaged there is thrown as
 * `explain` says.
 */
export function readRowGroups(
  cursor: ThriftCursor,
  leaves: readonly Leaf[],
  explain: (cause: unknown) => unknown,
): RowGroupFooter[] {
  const constants = new ConstantsReader(cursor.bytes, leaves);
  const groups: RowGroupFooter[] = [];
  let firstRow = 0;
  for (let left = cursor.list(); left > 0; left -= 1) {
    const { rows, bytes, columnsAt, statistics } = readRowGroup(cursor, leaves);
    // the names of the others are not looked at by anybody
    if (groups.length === 0) checkNames(cursor.bytes, columnsAt, leaves);
    groups.push(
      new RowGroup(
        firstRow,
        rows,
        bytes,
        constants.read(statistics, rows),
        cursor.bytes,
        columnsAt,
        leaves,
        explain,
      ),
    );
    firstRow += rows;
  }
  return groups;
}

class RowGroup implements RowGroupFooter {
  readonly firstRow: number;
  readonly rows: number;
  readonly bytes: number;
  readonly constants: Constants;
  readonly #footer: Uint8Array;
  readonly #columnsAt: number;
  readonly #leaves: readonly Leaf[];
  readonly #explain: (cause: unknown) => unknown;

  constructor(
    firstRow: number,
    rows: number,
    bytes: number,
    constants: Constants,
    footer: Uint8Array,
    columnsAt: number,
    leaves: readonly Leaf[],
    explain: (cause: unknown) => unknown,
  ) {
    this.firstRow = firstRow;
    this.rows = rows;
    this.bytes = bytes;
    this.constants = constants;
    this.#footer = footer;
    this.#columnsAt = columnsAt;
    this.#leaves = leaves;
    this.#explain = explain;
  }

  get chunks(): ColumnChunkFooter[] {
    try {
      const cursor = new ThriftCursor(this.#footer, this.#columnsAt);
      cursor.list();
      return this.#leaves.flatMap((leaf) => readChunk(cursor, leaf));
    } catch (cause) {
      throw this.#explain(cause);
    }
  }
}

function readRowGroup(cursor: ThriftCursor, leaves: readonly Leaf[]) {
  let rows = 0;
  let bytes = 0;
  let columnsAt: number | undefined;
  let statistics: (Statistics | undefined)[] = [];
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 1) {
      columnsAt = cursor.offset;
      const columns = cursor.list();
      if (columns !== leaves.length)
        throw new RangeError(`a row group has ${columns} columns; the schema has ${leaves.length}`);
      statistics = leaves.map((leaf) => readChunkStatistics(cursor, leaf));
    } else if (field === 2) bytes = cursor.int();
    else if (field === 3) rows = cursor.int();
    else cursor.skip();
  }
  if (columnsAt === undefined) throw new RangeError('a row group has no columns');
  return { rows, bytes, columnsAt, statistics };
}

/** Goes through a column chunk, for its statistics if they are of any use. */
function readChunkStatistics(cursor: ThriftCursor, { constant }: Leaf): Statistics | undefined {
  let statistics: Statistics | undefined;
  if (constant === 'never') {
    cursor.skipStruct();
    return statistics;
  }
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 3) statistics = readStatisticsAmong(cursor);
    else cursor.skip();
  }
  return statistics;
}

/** The statistics among the metadata of a column chunk. */
function readStatisticsAmong(cursor: ThriftCursor): Statistics | undefined {
  let statistics: Statistics | undefined;
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 12) statistics = readStatistics(cursor);
    else cursor.skip();
  }
  return statistics;
}

/** The column chunk that comes next, if anybody asked for it. */
function readChunk(cursor: ThriftCursor, { column, path, type, isWanted }: Leaf): ColumnChunkFooter[] {
  const chunks: ColumnChunkFooter[] = [];
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 3 && isWanted) {
      const { metadata, nulls } = readColumnMetadata(cursor, path);
      // who decodes believes the schema, and takes the bytes of a number for another
      if (metadata.type !== type)
        throw new RangeError(`column ${column} is ${metadata.type} in a row group and ${type} in the schema`);
      chunks.push({ column, nulls, metadata, ...locate(metadata) });
    } else cursor.skip();
  }
  if (isWanted && chunks.length !== 1)
    throw new RangeError(`column ${column} has ${chunks.length} descriptions in a row group`);
  return chunks;
}

function locate(metadata: ColumnMetaData): Pick<ColumnChunkFooter, 'start' | 'bytes'> {
  const dictionary = Number(metadata.dictionary_page_offset ?? 0);
  const data = Number(metadata.data_page_offset);
  const start = dictionary > 0 ? Math.min(dictionary, data) : data;
  return { start, bytes: Number(metadata.total_compressed_size) };
}
