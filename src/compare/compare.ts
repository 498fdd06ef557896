import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EtlError } from '../errors.js';
import { Database } from '../load/db.js';
import { makeBudget } from '../pipeline/budget.js';
import { withTemporaryFolder } from '../pipeline/temporary-folder.js';
import { type Table, type TableName, tables } from '../tables/tables.js';
import { compareTable } from './compare-table.js';
import type { Comparison } from './comparison.js';
import { checkRoot, findTable } from './find-tables.js';
import type { ComparisonRequest, TableRequest } from './request.js';

const step = 'comparing';

/** What DuckDB takes for a row that is looked at: each is in several tables at a time. */
const bytesPerRow = 600;

/**
 * Compares the tables of two roots, in bounded memory: what does not fit is spilled to a temporary folder, gone
 * afterwards. `observe` is told which table is next. Throws `input` where a root, or every table, is missing or a file
 * cannot be read, `data` where a file is of another table, `busy` where one changes meanwhile.
 */
export async function compareRoots(
  request: ComparisonRequest,
  observe: (table: TableName) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  const started = performance.now();
  const [left, right] = [checkRoot(request.left), checkRoot(request.right)];
  const found = findTables(request, left, right);
  const compared = await withTemporaryFolder({ name: 'compare', step }, async (folder) => {
    const { databaseMb: memoryMb, threads } = makeBudget(request.settings, []);
    const limits = { memoryMb, threads, temporaryFolder: join(folder, 'spill') };
    using database = await Database.open(limits, signal, step);
    const rowsInMemory = Math.ceil((memoryMb * 2 ** 20) / bytesPerRow);
    const comparisons: Comparison['tables'] = {};
    for (const { table, paths } of found) {
      observe(table.name);
      const { tolerance, examples } = request;
      const scratch = join(folder, table.name);
      comparisons[table.name] = await whileUnchanged(table, paths, () =>
        compareTable(database, { table, paths, tolerance, examples, rowsInMemory, scratch }),
      );
    }
    return comparisons;
  });
  const isEqual = Object.values(compared).every(({ status }) => status === 'equal' || status === 'absent');
  const seconds = (performance.now() - started) / 1000;
  const status = isEqual ? 'equal' : 'different';
  return { status, left, right, tolerance: request.tolerance, tables: compared, seconds };
}

type FoundTable = Pick<TableRequest, 'table' | 'paths'>;

function findTables(request: ComparisonRequest, left: string, right: string): FoundTable[] {
  const { settings } = request;
  const wanted = tables.filter(({ name }) => request.tables.length === 0 || request.tables.includes(name));
  const found = wanted.map((table) => ({
    table,
    paths: { left: findTable(left, table, settings), right: findTable(right, table, settings) },
  }));
  if (found.some(({ paths }) => paths.left !== null || paths.right !== null)) return found;
  const names = wanted.map((table) => settings[`${table.name}_file`]).join(', ');
  throw new EtlError('input', `neither ${left} nor ${right} has a table to compare: expected ${names}`, {
    step,
    hint: 'name the data root of a load, or a folder with its files; `--config` names the file that gives other names',
  });
}

/** A run may publish meanwhile, and each statement opens a file anew: two of them must not see different files. */
async function whileUnchanged<T>(
  table: Table,
  paths: TableRequest['paths'],
  work: () => Promise<T>,
): Promise<T> {
  const before = [paths.left, paths.right].map(stateOf);
  const done = await work();
  const after = [paths.left, paths.right].map(stateOf);
  if (before.every((state, index) => state === after[index])) return done;
  throw new EtlError('busy', `${table.name} was changed while it was compared`, {
    step,
    hint: 'run the same command again once the load that writes it has finished',
  });
}

function stateOf(path: string | null): string {
  if (path === null) return 'absent';
  const state = statSync(path, { bigint: true, throwIfNoEntry: false });
  return state ? `${state.ino} ${state.size} ${state.mtimeNs}` : 'gone';
}
