import { join } from 'node:path';
import { z } from 'zod';
import { EtlError, messageOf } from '../errors.js';
import type { Database } from '../load/db.js';
import { rowsOfParts } from '../load/partition-sql.js';
import { readCatalog } from '../pipeline/catalog.js';
import { datasetOf } from '../tables/partitions.js';
import type { Table } from '../tables/tables.js';
import * as sql from './buckets-sql.js';
import { type Copies, compareOpenRows } from './compare-open-rows.js';
import type { ComparedSide, TableComparison } from './comparison.js';
import type { TableRequest } from './request.js';
import { rulesFor } from './rules.js';
import { ownTypes } from './values-sql.js';

const step = 'comparing';

const nothing = {
  only_left: 0,
  only_right: 0,
  different: 0,
  within_tolerance: 0,
  columns: {},
  examples: { only_left: [], only_right: [] },
};

const noCopies: Copies = { duplicates: 0, conflicts: 0 };

/** Compares a table of two roots. Throws `input` where a file cannot be read, and `data` where it is of another table. */
export async function compareTable(database: Database, request: TableRequest): Promise<TableComparison> {
  const { table, paths } = request;
  const left = paths.left === null ? null : await openSide(database, table, paths.left);
  const right = paths.right === null ? null : await openSide(database, table, paths.right);
  if (left && right) return compareSides(database, request, left, right);
  if (left) {
    const rows = await countRows(database, left);
    return { ...nothing, status: 'only_left', left: sideOf(left, rows), right: null, only_left: rows };
  }
  if (right) {
    const rows = await countRows(database, right);
    return { ...nothing, status: 'only_right', left: null, right: sideOf(right, rows), only_right: rows };
  }
  return { ...nothing, status: 'absent', left: null, right: null };
}

/** A file of a table, as it describes itself. */
interface OpenSide {
  readonly table: Table;
  readonly path: string;
  /** What its rows are selected from. */
  readonly rows: string;
  readonly types: sql.StoredTypes;
}

const descriptionSchema = z.array(z.object({ column_name: z.string(), column_type: z.string() }));

async function openSide(database: Database, table: Table, path: string): Promise<OpenSide> {
  const rows = await rowsIn(path);
  const described = await reading([path], () => database.rows(sql.describeRows(rows)));
  const types = new Map(
    descriptionSchema.parse(described).map(({ column_name: name, column_type: type }) => [name, type]),
  );
  const missing = table.key.filter((name) => !types.has(name));
  if (missing.length === 0) return { table, path: datasetOf(path) ?? path, rows, types };
  throw new EtlError(
    'data',
    `${path}: not a ${table.name}: its key ${missing.join(', ')} is missing; found ${[...types.keys()].join(', ')}`,
    { step, hint: `narrow the comparison to other tables with \`--table\`, or mend that file` },
  );
}

/** What the rows of a file are selected from, or those of the parts in a list. */
async function rowsIn(path: string): Promise<string> {
  const dataset = datasetOf(path);
  if (dataset === null) return sql.rowsOfFile(path);
  const catalog = await readCatalog(path);
  return rowsOfParts(catalog?.files.map((part) => join(dataset, part.path)) ?? []);
}

async function countRows(database: Database, { path, rows }: OpenSide): Promise<number> {
  const counted = await reading([path], () => database.numbers(sql.countRows(rows)));
  return counted['rows'] ?? 0;
}

function sideOf({ table, path, types }: OpenSide, rows: number, copies: Copies = noCopies): ComparedSide {
  const retyped = table.columns.flatMap(({ name, type }) => {
    const stored = types.get(name);
    return stored === undefined || stored === ownTypes[type] ? [] : [[name, stored] as const];
  });
  const known = new Set(table.columns.map(({ name }) => name));
  return {
    path,
    rows,
    ...copies,
    missing_columns: table.columns.map(({ name }) => name).filter((name) => !types.has(name)),
    extra_columns: [...types.keys()].filter((name) => !known.has(name)),
    retyped_columns: Object.fromEntries(retyped),
  };
}

async function compareSides(
  database: Database,
  request: TableRequest,
  left: OpenSide,
  right: OpenSide,
): Promise<TableComparison> {
  const { table } = request;
  const rules = rulesFor(table, new Set([...left.types.keys()].filter((name) => right.types.has(name))));
  return reading([left.path, right.path], async () => {
    await database.run(
      sql.viewRows('left', table, left.rows, left.types, rules),
      sql.viewRows('right', table, right.rows, right.types, rules),
      sql.sumBuckets('left', rules),
      sql.sumBuckets('right', rules),
      sql.findOpenBuckets,
    );
    const { left_rows = 0, right_rows = 0, open_rows = 0 } = await database.numbers(sql.countBuckets);
    if (open_rows === 0)
      return { ...nothing, status: 'equal', left: sideOf(left, left_rows), right: sideOf(right, right_rows) };
    const { copies, ...differences } = await compareOpenRows(database, request, rules, open_rows);
    return {
      ...differences,
      left: sideOf(left, left_rows, copies.left),
      right: sideOf(right, right_rows, copies.right),
    };
  });
}

/** What the database fails with, but for those mistakes that are in a statement: they are a bug, all else is in the files. */
const fileTrouble = /^(?!Binder|Catalog|Parser|INTERNAL)[A-Z][\w ]*(?:Error|Exception): /;

async function reading<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EtlError || !fileTrouble.test(messageOf(cause))) throw cause;
    throw new EtlError('input', `${paths.join(' or ')}: it cannot be read as parquet: ${messageOf(cause)}`, {
      step,
      hint: 'check that the file was copied whole',
      cause,
    });
  }
}
