import { EtlError } from '../errors.js';
import { type Table, type TableName, tableNamed, tables } from '../tables/tables.js';
import type { Database } from './db.js';
import { assembleFacts, writeFacts } from './merge-facts.js';
import {
  counted,
  type MergedTable,
  type MergeRequest,
  type Output,
  waitingName,
  write,
} from './merge-table.js';
import * as sql from './sql.js';
import { stagedNames } from './staged.js';
import { together } from './together.js';

export interface Merged {
  readonly tables: readonly MergedTable[];
  /** Groups that earlier runs filled and this one adds members to. */
  readonly gainingGroups: number;
}

/** Upserts the staged chunks into each output, and writes what changes beside it. Publishes nothing. */
export async function mergeStaged(database: Database, request: MergeRequest): Promise<Merged> {
  const { staged, outputs, rules } = request;
  const factOutput = outputNamed(request, 'fact_rate');
  for (const name of stagedNames) await database.run(sql.viewStaged(name, staged[name] ?? []));
  for (const output of outputs) await viewExisting(database, output);
  await database.run(
    ...sql.unifyDimensions(),
    ...sql.mintDimensionKeys(rules),
    sql.mintGroupKeys(rules),
    sql.collectSlices(rules),
  );
  const written = await writeFacts(database, request);
  // the database is done with most of the facts, and this thread is not
  const [facts, others] = await together(
    assembleFacts(database, factOutput, request, written),
    mergeDimensions(database, request),
  );
  const merged = new Map([facts, ...others].map((table) => [table.table, table]));
  const { groups = 0 } = await database.numbers(sql.countGainingGroups);
  return {
    tables: tables.flatMap(({ name }) => merged.get(name) ?? []),
    gainingGroups: rules.providerGroupScope === 'payer' ? groups : 0,
  };
}

function outputNamed({ outputs }: MergeRequest, name: TableName): Output {
  const output = outputs.find(({ table }) => table === name);
  if (!output) throw new RangeError(`no output for ${name}`);
  return output;
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

async function mergeDimensions(database: Database, request: MergeRequest): Promise<MergedTable[]> {
  const merged: MergedTable[] = [];
  for (const table of tables) {
    if (table.name === 'fact_rate') continue;
    merged.push(await mergeDimension(database, table, outputNamed(request, table.name), request));
  }
  return merged;
}

async function mergeDimension(
  database: Database,
  table: Table,
  output: Output,
  { rules, suffix, rowGroupRows }: MergeRequest,
): Promise<MergedTable> {
  await database.run(sql.collectIncoming(table));
  const {
    existing = 0,
    inserted = 0,
    filled = 0,
  } = await database.numbers(sql.countDimensionChanges(table, rules));
  const isChanged = inserted > 0 || filled > 0 || !output.exists;
  const waiting = isChanged ? waitingName(output.path, suffix) : null;
  if (waiting) await write(database, sql.selectMerged(table, rules), waiting, rowGroupRows);
  return { ...counted(output, existing - filled, inserted), filled, total: existing + inserted, waiting };
}
