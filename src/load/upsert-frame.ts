import { EtlError } from '../errors.js';
import type { Table } from '../tables/tables.js';
import type { Database } from './db.js';
import { viewExisting } from './merge.js';
import { mergeDimension } from './merge-dimension.js';
import { waitingName, write } from './merge-table.js';
import { describeParquet, type MergeRules } from './sql.js';
import * as sql from './upsert-sql.js';

export interface UpsertRequest {
  /** A parquet file of the frame's rows. */
  readonly frame: string;
  readonly path: string;
  readonly exists: boolean;
  readonly key: readonly string[];
  /** The output whose rules hold; null for a table of any other kind. */
  readonly table: Table | null;
  readonly rules: MergeRules;
  /** Ends the name of the file that waits to be published. */
  readonly suffix: string;
  /** A folder for files that are not needed afterwards. */
  readonly scratch: string;
  readonly rowGroupRows: number;
}

/** What became of the file. */
export interface Upserted {
  readonly path: string;
  /** The file to publish, beside the other; null where that stays as it is. */
  readonly waiting: string | null;
  readonly inserted: number;
  readonly filled: number;
  readonly kept: number;
  readonly total: number;
}

const step = 'upserting';

/**
 * Upserts the rows of a frame into a file, and writes what changes beside it. Publishes nothing. Throws `data` where
 * columns or types are not those of the table, or a row of an output lacks its key.
 */
export async function upsertFrame(database: Database, request: UpsertRequest): Promise<Upserted> {
  const { table, path, exists } = request;
  const columns = table?.columns ?? (await describe(database, exists ? path : request.frame));
  const absent = await checkColumns(database, request, columns);
  await database.run(sql.viewRows('frame', columns, request.frame, absent));
  if (!table) {
    await database.run(sql.takeFrame);
    return insertNew(database, request, columns);
  }
  await checkKeys(database, table);
  const output = { table: table.name, path, exists };
  await viewExisting(database, output);
  await database.run(sql.collectFrame(table));
  return table.existing === 'keep'
    ? insertNew(database, request, columns)
    : mergeDimension(database, table, output, request);
}

async function insertNew(
  database: Database,
  { path, exists, key, suffix, rowGroupRows }: UpsertRequest,
  columns: readonly sql.TypedColumn[],
): Promise<Upserted> {
  await database.run(sql.viewRows('existing', columns, exists ? path : null));
  const { existing = 0, inserted = 0 } = await database.numbers(sql.countNew(key));
  const waiting = inserted > 0 || !exists ? waitingName(path, suffix) : null;
  if (waiting) await write(database, sql.selectWithNew(key), waiting, rowGroupRows);
  return { path, waiting, inserted, filled: 0, kept: existing, total: existing + inserted };
}

async function describe(database: Database, path: string): Promise<sql.TypedColumn[]> {
  const described = await database.rows(describeParquet(path));
  return described.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}

/** Checks the frame's columns; gives those of another type, which is no trouble where they have no value. */
async function checkColumns(
  database: Database,
  { frame, path }: UpsertRequest,
  expected: readonly sql.TypedColumn[],
): Promise<ReadonlySet<string>> {
  const found = await describe(database, frame);
  const typeOf = new Map(found.map(({ name, type }) => [name, type]));
  const absent = expected.filter(({ name, type }) => typeOf.get(name) !== type).map(({ name }) => name);
  const hasAll = found.length === expected.length && expected.every(({ name }) => typeOf.has(name));
  const { filled = 1 } =
    hasAll && absent.length > 0 ? await database.numbers(sql.countValues(absent, frame)) : { filled: 0 };
  if (hasAll && filled === 0) return new Set(absent);
  const inWords = (columns: readonly sql.TypedColumn[]) =>
    columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  throw new EtlError(
    'data',
    `frame for ${path}: found the columns ${inWords(found)}; expected ${inWords(expected)}`,
    { step, hint: 'select and cast the columns of the frame' },
  );
}

async function checkKeys(database: Database, { name, key }: Table): Promise<void> {
  const { rows = 0 } = await database.numbers(sql.countKeyless(key));
  if (rows === 0) return;
  throw new EtlError('data', `frame for ${name}: ${rows} rows without ${key.join(' or ')}; expected none`, {
    step,
    hint: 'leave out rejected rows: filter where reject_reason is null',
  });
}
