import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EtlError } from '../errors.js';
import { type Table, type TableName, tableNamed, tables } from '../tables/tables.js';
import type { Database } from './db.js';
import * as sql from './sql.js';
import { providersRelations, ratesRelations, stagedFile } from './staged.js';

/** Where an output is, and whether it is there yet. */
export interface Output {
  readonly table: TableName;
  readonly path: string;
  readonly exists: boolean;
}

export interface MergeRequest {
  /** Folders of the staged chunks, in order. */
  readonly staged: Readonly<Record<'rates' | 'providers', readonly string[]>>;
  readonly outputs: readonly Output[];
  readonly rules: sql.MergeRules;
  /** Ends the names of files that wait to be published. */
  readonly suffix: string;
}

/** What became of one table. */
export interface MergedTable {
  readonly table: TableName;
  readonly path: string;
  /** The file to publish, beside the output; null where the output stays as it is. */
  readonly waiting: string | null;
  readonly inserted: number;
  readonly filled: number;
  readonly kept: number;
  /** Facts that `replace` took away. */
  readonly removed: number;
  readonly total: number;
}

export interface Merged {
  readonly tables: readonly MergedTable[];
  /** Groups that earlier runs filled and this one adds members to. */
  readonly gainingGroups: number;
}

/** Upserts the staged chunks into each output, and writes what changes beside it. Publishes nothing. */
export async function mergeStaged(database: Database, request: MergeRequest): Promise<Merged> {
  const { staged, outputs, rules } = request;
  const filesOf = (folders: readonly string[], name: string) =>
    folders.map((folder) => stagedFile(folder, name));
  for (const name of ratesRelations) await database.run(sql.viewStaged(name, filesOf(staged.rates, name)));
  for (const name of providersRelations)
    await database.run(sql.viewStaged(name, filesOf(staged.providers, name)));
  for (const output of outputs) await viewExisting(database, output);
  await database.run(...sql.unifyDimensions(), sql.unifyFacts, ...sql.mintDimensionKeys(rules));
  const merged: MergedTable[] = [];
  for (const table of tables) merged.push(await mergeTable(database, table, request));
  const { groups = 0 } = await database.numbers(sql.countGainingGroups);
  return { tables: merged, gainingGroups: rules.providerGroupScope === 'payer' ? groups : 0 };
}

async function viewExisting(database: Database, { table: name, path, exists }: Output): Promise<void> {
  const table = tableNamed(name);
  if (exists) await checkColumns(database, table, path);
  await database.run(sql.viewExisting(table, exists ? path : null));
}

/** An output that something else wrote over is refused, not merged into. */
async function checkColumns(database: Database, table: Table, path: string): Promise<void> {
  const described = await database.rows(sql.describeParquet(path));
  const found = described.map((row) => `${row['column_name']} ${row['column_type']}`).join(', ');
  const expected = table.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (found === expected) return;
  throw new EtlError('data', `${path}: not a ${table.name}: found ${found}; expected ${expected}`, {
    step: 'merging',
    hint: 'move that file away or choose another `--data-root`',
  });
}

function mergeTable(database: Database, table: Table, request: MergeRequest): Promise<MergedTable> {
  const output = request.outputs.find((candidate) => candidate.table === table.name);
  if (!output) throw new RangeError(`no output for ${table.name}`);
  return table.name === 'fact_rate'
    ? mergeFacts(database, output, request)
    : mergeDimension(database, table, output, request);
}

async function mergeDimension(
  database: Database,
  table: Table,
  output: Output,
  { rules, suffix }: MergeRequest,
): Promise<MergedTable> {
  await database.run(sql.collectIncoming(table));
  const {
    existing = 0,
    inserted = 0,
    filled = 0,
  } = await database.numbers(sql.countDimensionChanges(table, rules));
  const isChanged = inserted > 0 || filled > 0 || !output.exists;
  const waiting = isChanged ? waitingName(output.path, suffix) : null;
  if (waiting) await write(database, sql.selectMerged(table, rules), waiting);
  return { ...counted(output, existing - filled, inserted), filled, total: existing + inserted, waiting };
}

async function mergeFacts(
  database: Database,
  output: Output,
  { rules, suffix }: MergeRequest,
): Promise<MergedTable> {
  const { own } = await database.numbers(sql.tuplesHaveOwnKeys);
  await database.run(sql.viewIncomingFacts(rules, own === 1), sql.collectSlices(rules));
  const count = async (query: string) => (await database.numbers(query))['rows'] ?? 0;
  const existing = await count(sql.countExistingFacts);
  const incoming = await count(sql.countTuples);
  const inSlices = existing > 0 ? await count(sql.countFactsInSlices) : 0;
  if (output.exists && incoming === 0) return counted(output, existing, 0);

  const waiting = waitingName(output.path, suffix);
  if (inSlices === 0) {
    const total = await write(database, sql.selectFacts.allIncoming, waiting);
    return { ...counted(output, existing, total - existing), waiting };
  }
  if (rules.mode === 'replace') {
    const total = await write(database, sql.selectFacts.slicesReplaced, waiting);
    const kept = existing - inSlices;
    return { ...counted(output, kept, total - kept), removed: inSlices, waiting };
  }
  await database.run(sql.collectNewFacts);
  const inserted = await count(sql.countNewFacts);
  if (inserted === 0) return counted(output, existing, 0);
  await write(database, sql.selectFacts.newOnly, waiting);
  return { ...counted(output, existing, inserted), waiting };
}

/** A table that stays as it is, unless the caller says otherwise. */
function counted({ table, path }: Output, kept: number, inserted: number): MergedTable {
  return { table, path, waiting: null, inserted, filled: 0, kept, removed: 0, total: kept + inserted };
}

/** Beside the output, so that publishing is a rename; hidden, so that no glob over outputs meets it. */
export function waitingName(path: string, suffix: string): string {
  return join(dirname(path), `.${basename(path)}.${suffix}`);
}

async function write(database: Database, query: string, path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  return database.run(sql.copyToParquet(query, path));
}
