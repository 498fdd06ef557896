import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { systemCodeOf } from '../../../src/errors.js';
import { columnsOf, keyOf, type TableName, type Tables, tableNames } from '../../model/tables.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { pathOf } from '../../support/load-pair.js';
import { datasetIn, partsThere, readList } from '../../support/partitioned.js';

/** Sorted lines of rows by table; null where the file is missing. */
export type Content = Readonly<Record<TableName, readonly string[] | null>>;

/** How somebody may look at facts: as the single file, by the list of parts, or by the folders of partitions. */
export type View = 'file' | 'list' | 'folders';

/** The ways in which the facts of a data root can be looked at now. */
export function viewsOf(dataRoot: string): View[] {
  const dataset = datasetIn(dataRoot);
  const isThere: Readonly<Record<View, boolean>> = {
    file: existsSync(pathOf(dataRoot, 'fact_rate')),
    list: existsSync(listOf(dataRoot)),
    folders: partsThere(dataset).length > 0,
  };
  return (['file', 'list', 'folders'] as const).filter((view) => isThere[view]);
}

/** The list of the parts of facts. */
export const listOf = (dataRoot: string): string => join(datasetIn(dataRoot), '_manifest.json');

/** The files that a table is in; null where it is not there. */
function filesOf(dataRoot: string, name: TableName, view: View | undefined): string[] | null {
  if (name !== 'fact_rate') return existsSync(pathOf(dataRoot, name)) ? [pathOf(dataRoot, name)] : null;
  if (view === undefined) return null;
  if (view === 'file') return [pathOf(dataRoot, name)];
  const dataset = datasetIn(dataRoot);
  const paths = view === 'list' ? readList(dataset).files.map(({ path }) => path) : partsThere(dataset);
  return paths.map((path) => join(dataset, path));
}

/** What the rows of a table are selected from; the folders of parts give columns that those do not hold. */
function sourceOf(files: readonly string[]): string {
  const isInPartitions = files.some((path) => path.includes('/state='));
  return `read_parquet([${files.map(quoteText).join(', ')}], hive_partitioning = ${isInPartitions}, hive_types_autocast = false)`;
}

/** What the outputs of a data root hold, told in such a way that equal contents are equal, however facts are kept. */
export function contentOf(
  dataRoot: string,
  view: View | undefined = viewsOf(dataRoot).find((one) => one !== 'folders'),
): Promise<Content> {
  return withDatabase((connection) =>
    byTable((name) =>
      withCopies(
        () => filesOf(dataRoot, name, view),
        async (files) => {
          if (!files || files.length === 0) return files;
          const columns = columnsOf[name].map((column) => `${column}::VARCHAR`).join(', ');
          const rows = await connection.runAndReadAll(`SELECT ${columns} FROM ${sourceOf(files)}`);
          return rows
            .getRowsJson()
            .map((row) => JSON.stringify(row))
            .sort();
        },
      ),
    ),
  );
}

/** The same of tables as the model has them. */
export async function contentOfModel(tables: Tables): Promise<Content> {
  return withDatabase(async (connection) => {
    // a double as text is what the database makes of it
    const printed = async (value: number) => {
      const rows = await connection.runAndReadAll('SELECT $value::DOUBLE::VARCHAR', { value });
      return String(rows.getRowsJson()[0]?.[0]);
    };
    return byTable(async (name) => {
      const lines: string[] = [];
      for (const row of tables[name].values()) {
        const values: (string | null)[] = [];
        for (const column of columnsOf[name]) {
          const value = row[column] ?? null;
          if (typeof value === 'number') values.push(await printed(value));
          else if (value === null || typeof value === 'string') values.push(value);
          else values.push(`[${value.join(', ')}]`);
        }
        lines.push(JSON.stringify(values));
      }
      return lines.sort();
    });
  });
}

async function byTable<T>(work: (name: TableName) => Promise<T>): Promise<Record<TableName, T>> {
  return {
    dim_code: await work('dim_code'),
    dim_payer: await work('dim_payer'),
    dim_provider_group: await work('dim_provider_group'),
    dim_pos_set: await work('dim_pos_set'),
    xref_pg_npi: await work('xref_pg_npi'),
    xref_pg_tin: await work('xref_pg_tin'),
    fact_rate: await work('fact_rate'),
  };
}

/** The tables of a state that are in neither of two contents: a reader would see something else than old or new. */
export function tornTables(state: Content, before: Content, after: Content): TableName[] {
  const isSame = (name: TableName, other: Content) =>
    JSON.stringify(state[name]) === JSON.stringify(other[name]);
  return tableNames.filter((name) => !isSame(name, before) && !isSame(name, after));
}

/** The partitions whose facts are not all those of one of two contents: who lists folders sees each whole. */
export function tornPartitions(facts: Content, before: Content, after: Content): string[] {
  const [now, old, next] = [facts, before, after].map(({ fact_rate }) => byPartition(fact_rate ?? []));
  if (!now || !old || !next) throw new RangeError('three contents');
  const names = new Set([...now.keys(), ...old.keys(), ...next.keys()]);
  return [...names].filter((name) => ![old.get(name), next.get(name)].includes(now.get(name)));
}

/** Facts by what their partition is named after. */
function byPartition(lines: readonly string[]): Map<string, string> {
  const partitions = new Map<string, string>();
  for (const line of lines) {
    const [, state, month, payer] = z.array(z.unknown()).parse(JSON.parse(line));
    const name = `${state} ${payer} ${month}`;
    partitions.set(name, `${partitions.get(name) ?? ''}${line}\n`);
  }
  return partitions;
}

/** Which table refers to which by the key of the latter. A reader opens what refers before what is referred to. */
const references: readonly (readonly [from: TableName, to: TableName])[] = [
  ['fact_rate', 'dim_code'],
  ['fact_rate', 'dim_payer'],
  ['fact_rate', 'dim_provider_group'],
  ['fact_rate', 'dim_pos_set'],
  ['xref_pg_npi', 'dim_provider_group'],
  ['xref_pg_tin', 'dim_provider_group'],
];

/** The tables in the order in which a reader opens them, those that are there. */
const readingOrder = [...tableNames].reverse();

/** What is wrong with keys and references, as readers see the outputs while they may change under their eyes. */
export async function faultsSeenIn(dataRoot: string): Promise<string[]> {
  const views = viewsOf(dataRoot);
  const found: string[] = [];
  for (const view of views.length > 0 ? views : [undefined])
    found.push(...(await faultsSeenBy(dataRoot, view)));
  return found;
}

function faultsSeenBy(dataRoot: string, view: View | undefined): Promise<string[]> {
  return withDatabase(async (connection) => {
    // readers open each file anew, and none of them has seen another in its place
    await connection.run('SET enable_external_file_cache = false');
    const found: string[] = [];
    const there = new Set<TableName>();
    for (const name of readingOrder) {
      if (await readInto(connection, name, () => filesOf(dataRoot, name, view))) there.add(name);
    }
    for (const name of there) {
      const twice = await count(
        connection,
        `SELECT count(*) - count(DISTINCT (${keyOf[name].join(', ')}, 0)) FROM ${name}`,
      );
      if (twice > 0) found.push(`${name} holds ${twice} keys twice`);
    }
    for (const [from, to] of references) {
      if (!there.has(from)) continue;
      if (!there.has(to)) {
        found.push(`${from} is there without ${to}`);
        continue;
      }
      const lost = await count(
        connection,
        `SELECT count(*) FROM ${from} ANTI JOIN ${to} USING (${keyOf[to].join(', ')})`,
      );
      if (lost > 0) found.push(`${lost} rows of ${from} find nothing in ${to}`);
    }
    return found;
  });
}

/** Reads the files of a table; says whether there were any. */
function readInto(
  connection: DuckDBConnection,
  name: TableName,
  find: () => string[] | null,
): Promise<boolean> {
  return withCopies(find, async (files) => {
    if (!files || files.length === 0) return false;
    await connection.run(`CREATE TABLE ${name} AS SELECT * FROM ${sourceOf(files)}`);
    return true;
  });
}

/** Does work on copies of files: the library opens a path more than once, and would mix what it finds there. */
async function withCopies<T>(
  find: () => string[] | null,
  work: (files: string[] | null) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-faults-read-'));
  try {
    return await work(copyAll(find, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often a reader begins again who has found a file gone that was listed. */
const mostTurns = 20;

function copyAll(find: () => string[] | null, folder: string): string[] | null {
  for (let turn = 1; ; turn += 1) {
    try {
      return find()?.map((path) => copyInto(join(folder, String(turn)), path)) ?? null;
    } catch (cause) {
      if (systemCodeOf(cause) !== 'ENOENT' || turn === mostTurns) throw cause;
    }
  }
}

/** Copies a file, and the names of the folders that tell its partition. */
function copyInto(folder: string, path: string): string {
  const copy = join(folder, /state=.*$/.exec(path)?.[0] ?? basename(path));
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(path, copy);
  return copy;
}

async function count(connection: DuckDBConnection, query: string): Promise<number> {
  const rows = await connection.runAndReadAll(query);
  return Number(rows.getRowsJson()[0]?.[0]);
}

/** What a command that ended well must not leave: staged chunks, a journal, files that wait to be published. */
export function remainsIn(dataRoot: string): string[] {
  const paths = readdirSync(dataRoot, { recursive: true, encoding: 'utf8' });
  const remains = paths
    .filter((path) => !/^\.(?:locks(?:\/[^/]+\.lock)?|rewritten\.json)$/.test(path))
    .flatMap((path) => /^(?:[^./][^/]*\/)*\.[^/]+/.exec(path) ?? []);
  return [...new Set(remains)].sort();
}

/** The files of the outputs, there or not, to see whether anything touched them. */
export function outputPaths(dataRoot: string): string[] {
  const parts = filesOf(dataRoot, 'fact_rate', 'folders') ?? [];
  return [...tableNames.map((name) => pathOf(dataRoot, name)), listOf(dataRoot), ...parts];
}

/** Names of the manifests in a data root. */
export function runsIn(dataRoot: string): string[] {
  const folder = join(dataRoot, 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
}
