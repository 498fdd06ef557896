import type { SchemaElement } from 'hyparquet';
// not the whole library: its decoders take longer to load than most footers to read
import { parquetMetadata } from 'hyparquet/src/metadata.js';
import type { Stored } from '../sources/sources.js';
import { footerAtEnd, readFooterBytes, withTail } from './footer-bytes.js';
import { leavesOf } from './leaf.js';
import { type RowGroupFooter, readRowGroups } from './row-groups.js';
import { type ColumnSchema, storedAs, topLevelColumns } from './schema.js';
import { ThriftCursor } from './thrift.js';
import { unreadable } from './unreadable.js';

export type { ColumnChunkFooter, RowGroupFooter } from './row-groups.js';

/** What the end of a parquet file says of it. */
export interface Footer {
  readonly path: string;
  /** A copy on this machine of a file that is at an address. */
  readonly copy?: string;
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
  try {
    const { footer, fileBytes } = await readFooterBytes(path);
    return describeFooter(path, fileBytes, footer, wanted);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The same of a file of which only the end is at hand, from its footer on. Throws `input` where that is not parquet. */
export function parseFooter(path: string, bytes: number, end: Buffer, wanted?: readonly string[]): Footer {
  try {
    return describeFooter(path, bytes, footerAtEnd(end, bytes), wanted);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function describeFooter(
  path: string,
  bytes: number,
  footer: Buffer,
  wanted: readonly string[] | undefined,
): Footer {
  return { path, bytes, ...readDetails(footer, wanted, (cause) => unreadable(path, cause)) };
}

function readDetails(
  footer: Buffer,
  wanted: readonly string[] | undefined,
  explain: (cause: unknown) => unknown,
): Omit<Footer, 'path' | 'bytes'> {
  const cursor = new ThriftCursor(footer);
  let rows = 0;
  let createdBy = 'unknown';
  let details: Pick<Footer, 'columns' | 'schemas' | 'rowGroups'> | undefined;
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 3) rows = cursor.int();
    else if (field === 4) {
      const schemas = topLevelColumns(readSchema(footer.subarray(0, cursor.offset)));
      const names = new Set(wanted ?? schemas.map(({ name }) => name));
      checkSingle(schemas.filter(({ name }) => names.has(name)));
      details = {
        columns: new Map(schemas.map((schema) => [schema.name, storedAs(schema)])),
        schemas: schemas.filter(({ name }) => names.has(name)),
        rowGroups: readRowGroups(cursor, leavesOf(schemas, names), explain),
      };
    } else if (field === 6) {
      const { start, end } = cursor.binary();
      createdBy = footer.toString('utf8', start, end);
    } else cursor.skip();
  }
  if (!details) throw new RangeError('the footer has no row groups');
  // a row group whose number is damaged would be left out without a word
  const grouped = details.rowGroups.reduce((sum, group) => sum + group.rows, 0);
  if (grouped !== rows) throw new RangeError(`the footer says ${rows} rows; its row groups have ${grouped}`);
  return { rows, createdBy, ...details };
}

/** That no two columns have one name: of what they hold, it would be left to chance which is taken. */
function checkSingle(schemas: readonly ColumnSchema[]): void {
  const found = new Set<string>();
  for (const { name } of schemas) {
    if (found.has(name)) throw new RangeError(`two columns are called ${name}`);
    found.add(name);
  }
}

/** An empty list of structs, and the end of a struct. */
const noRowGroups = Buffer.from([0x0c, 0x00]);

/** The schema of a file, from its footer as far as the list of row groups, which is the long part of it. */
function readSchema(head: Uint8Array): SchemaElement[] {
  // columns of places, which are none of ours, would be looked for by numbers of children as they stand
  return parquetMetadata(withTail(head, noRowGroups), { geoparquet: false }).schema.map(withDigits);
}

/** How many digits a decimal has, which some writers tell in the newer description of its type alone. */
function withDigits(element: SchemaElement): SchemaElement {
  const { logical_type: logical } = element;
  if (logical?.type !== 'DECIMAL') return element;
  return { ...element, precision: logical.precision, scale: logical.scale };
}
