import { statSync } from 'node:fs';
import { z } from 'zod';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import type { Database } from '../load/db.js';
import type { Output } from '../load/merge-table.js';
import { countParts, describeDataset, viewDataset } from '../load/partition-sql.js';
import { describeParquet, viewExisting, viewOfNone } from '../load/sql.js';
import { datasetOf } from '../tables/partitions.js';
import { tableNamed } from '../tables/tables.js';
import type { Sighting } from './sighting.js';

const columnSchema = z
  .object({ column_name: z.string(), column_type: z.string() })
  .transform(({ column_name: name, column_type: type }) => `${name} ${type}`);

/** Makes a view over an output; gives what stands against it, if anything does: then there is no view. */
export async function openTable(database: Database, { table, path }: Output): Promise<Sighting | null> {
  if (stateOf(path) === null) return { check: 'table_missing', table, count: 1, examples: [{ path }] };
  try {
    const dataset = datasetOf(path);
    if (dataset !== null && (await database.numbers(countParts(dataset)))['parts'] === 0) {
      await database.run(viewOfNone(tableNamed(table)));
      return null;
    }
    const described = await database.rows(
      dataset === null ? describeParquet(path) : describeDataset(dataset),
    );
    const wrong = compareColumns(
      tableNamed(table).columns.map(({ name, type }) => `${name} ${type}`),
      described.map((row) => columnSchema.parse(row)),
    );
    if (wrong.length > 0)
      return { check: 'columns_wrong', table, count: wrong.length, examples: wrong.slice(0, 3) };
    await database.run(dataset === null ? viewExisting(tableNamed(table), path) : viewDataset(dataset));
    return null;
  } catch (thrown) {
    // of kind output where the file cannot be opened
    if (thrown instanceof EtlError && thrown.kind !== 'output') throw thrown;
    return unreadable({ table, path }, thrown);
  }
}

/** What stands against a file that the database cannot read, without the statement that it was reading it for. */
export function unreadable({ table, path }: Pick<Output, 'table' | 'path'>, thrown: unknown): Sighting {
  const problem = messageOf(thrown).replace(/ LINE \d+: .*/, '');
  return { check: 'table_unreadable', table, count: 1, examples: [{ path, problem }] };
}

/** The place of each column that is not as it should be, from 1. */
function compareColumns(expected: readonly string[], found: readonly string[]): Sighting['examples'] {
  return Array.from({ length: Math.max(expected.length, found.length) }, (_, index) => ({
    place: String(index + 1),
    found: found[index] ?? null,
    expected: expected[index] ?? null,
  })).filter((column) => column.found !== column.expected);
}

/** What tells a file from the one that takes its place; null where there is none. Throws `input`. */
export function stateOf(path: string): string | null {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '')) return null;
    throw new EtlError('input', `${path}: cannot be looked at: ${messageOf(cause)}`, {
      step: 'validating',
      hint: 'check the rights on it, and on the folders above it',
      cause,
    });
  }
}
