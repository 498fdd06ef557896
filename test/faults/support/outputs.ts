import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnsOf, keyOf, type TableName, type Tables, tableNames } from '../../model/tables.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { pathOf } from '../../support/load-pair.js';

/** Sorted lines of rows by table; null where the file is missing. */
export type Content = Readonly<Record<TableName, readonly string[] | null>>;

/** What the outputs of a data root hold, told in such a way that equal contents are equal. */
export function contentOf(dataRoot: string): Promise<Content> {
  return withDatabase((connection) =>
    byTable(async (name) => {
      const path = pathOf(dataRoot, name);
      if (!existsSync(path)) return null;
      const columns = columnsOf[name].map((column) => `${column}::VARCHAR`).join(', ');
      const rows = await connection.runAndReadAll(`SELECT ${columns} FROM read_parquet(${quoteText(path)})`);
      return rows
        .getRowsJson()
        .map((row) => JSON.stringify(row))
        .sort();
    }),
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

/** What is wrong with keys and references, as a reader sees the outputs while they may change under its eyes. */
export function faultsSeenIn(dataRoot: string): Promise<string[]> {
  return withDatabase(async (connection) => {
    // readers open each file anew, and none of them has seen another in its place
    await connection.run('SET enable_external_file_cache = false');
    const found: string[] = [];
    const there = new Set<TableName>();
    for (const name of readingOrder) {
      if (await readInto(connection, name, pathOf(dataRoot, name))) there.add(name);
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

async function readInto(connection: DuckDBConnection, name: TableName, path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  // the library opens a path more than once, and would mix what it finds there: a copy is of one file
  const folder = mkdtempSync(join(tmpdir(), 'etl1-faults-read-'));
  try {
    const copy = join(folder, 'copy.parquet');
    copyFileSync(path, copy);
    await connection.run(`CREATE TABLE ${name} AS SELECT * FROM read_parquet(${quoteText(copy)})`);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function count(connection: DuckDBConnection, query: string): Promise<number> {
  const rows = await connection.runAndReadAll(query);
  return Number(rows.getRowsJson()[0]?.[0]);
}

/** What a run that ended well must not leave: staged chunks, a journal, files that wait to be published. */
export function remainsIn(dataRoot: string): string[] {
  const paths = readdirSync(dataRoot, { recursive: true, encoding: 'utf8' });
  const remains = paths
    .filter((path) => !/^\.locks(?:\/[^/]+\.lock)?$/.test(path))
    .flatMap((path) => /^(?:[^./][^/]*\/)*\.[^/]+/.exec(path) ?? []);
  return [...new Set(remains)].sort();
}

/** The files of the outputs with their bytes, to see whether anything touched them. */
export function outputPaths(dataRoot: string): string[] {
  return tableNames.map((name) => pathOf(dataRoot, name));
}

/** Names of the manifests in a data root. */
export function runsIn(dataRoot: string): string[] {
  const folder = join(dataRoot, 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
}
