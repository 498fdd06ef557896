import { EtlError } from '../errors.js';
import { digestContent } from '../parquet/digest-content.js';
import type { Partition } from '../tables/partitions.js';
import { type Table, type TableName, tableNamed, tables } from '../tables/tables.js';
import type { Database } from './db.js';
import { collectGainingGroups, collectIncoming, countGainingGroups } from './dimension-sql.js';
import { mergeDimension } from './merge-dimension.js';
import { assembleFacts } from './merge-facts.js';
import {
  assembleParts,
  columnsToWrite,
  type MergedParts,
  openPartitions,
  readPartitions,
} from './merge-partitions.js';
import type { MergedTable, MergeRequest, Output, PartitionChange } from './merge-table.js';
import { selectSlices } from './partition-sql.js';
import * as sql from './sql.js';
import { stagedNames } from './staged.js';
import { findUnusualFacts, type Survey, surveyGroups } from './survey.js';
import { together } from './together.js';
import { writeFacts } from './write-facts.js';

export interface Merged {
  readonly tables: readonly MergedTable[];
  /** What becomes of the partitions that facts come in for; of none where facts are one file. */
  readonly partitions: readonly PartitionChange[];
  /** The states, payers and months that the facts of the input are of. */
  readonly slices: readonly Partition[];
  /** Groups that earlier runs filled and this one adds members to. */
  readonly gainingGroups: number;
  readonly survey: Survey;
}

/** Upserts the staged chunks into each output, and writes what changes beside it. Publishes nothing. */
export async function mergeStaged(database: Database, request: MergeRequest): Promise<Merged> {
  const { staged, outputs, rules } = request;
  for (const name of stagedNames) await database.run(sql.viewStaged(name, staged[name] ?? []));
  for (const output of outputs) if (output.table !== 'fact_rate') await viewExisting(database, output);
  await database.run(
    ...sql.summariseCodedFacts,
    ...sql.unifyDimensions(),
    ...sql.mintDimensionKeys(rules),
    sql.mintGroupKeys(rules),
    sql.collectSlices(rules),
  );
  const slices = (await readPartitions(database, selectSlices)).map(({ partition }) => partition);
  const finishFacts = await mergeFacts(database, request, slices);
  // the database is done with most of the facts, and this thread is not
  const [{ facts, changes }, { others, gainingGroups, survey }] = await together(
    finishFacts(),
    mergeOthers(database, request),
  );
  const merged = new Map([facts, ...others].map((table) => [table.table, table]));
  // it changes a view that facts may be written from
  const unusual = await findUnusualFacts(database, request.warnings);
  return {
    tables: tables.flatMap(({ name }) => merged.get(name) ?? []),
    partitions: changes,
    slices,
    gainingGroups,
    survey: { ...survey, examples: { ...survey.examples, ...unusual } },
  };
}

/** Writes the facts that come in, and gives what makes of them what is to be published. */
async function mergeFacts(
  database: Database,
  request: MergeRequest,
  slices: readonly Partition[],
): Promise<() => Promise<MergedParts>> {
  const output = outputNamed(request, 'fact_rate');
  const { partitioning } = request;
  if (partitioning) {
    const open = await openPartitions(database, partitioning);
    await database.run(sql.viewFactsInSlices(slices));
    const written = await writeFacts(database, request, columnsToWrite(open));
    return () => assembleParts(database, output, { ...request, partitioning }, open, written);
  }
  await viewExisting(database, output);
  await database.run(sql.viewFactsInSlices(slices));
  const written = await writeFacts(database, request, factColumns);
  return async () => ({
    facts: await digested(await assembleFacts(database, output, request, written)),
    changes: [],
  });
}

const factColumns = tableNamed('fact_rate').columns.map(({ name }) => name);

/** The same with the digest of the file that is to be published. */
async function digested(table: MergedTable): Promise<MergedTable> {
  return table.waiting ? { ...table, digest: await digestContent(table.waiting) } : table;
}

function outputNamed({ outputs }: MergeRequest, name: TableName): Output {
  const output = outputs.find(({ table }) => table === name);
  if (!output) throw new RangeError(`no output for ${name}`);
  return output;
}

/** Makes a view of an output as it is. Throws `data` where it has other columns. */
export async function viewExisting(database: Database, { table: name, path, exists }: Output): Promise<void> {
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

/** Merges all but the facts, and looks at the groups that came in. */
async function mergeOthers(database: Database, request: MergeRequest) {
  const others = await mergeDimensions(database, request);
  await database.run(collectGainingGroups);
  const { groups = 0 } = await database.numbers(countGainingGroups);
  const gainingGroups = request.rules.providerGroupScope === 'payer' ? groups : 0;
  const gaining = gainingGroups > 0 ? ['groups_gained_members'] : [];
  const survey = await surveyGroups(database, [...request.warnings, ...gaining]);
  return { others, gainingGroups, survey };
}

async function mergeDimensions(database: Database, request: MergeRequest): Promise<MergedTable[]> {
  const merged: MergedTable[] = [];
  for (const table of tables) {
    if (table.name === 'fact_rate') continue;
    await database.run(collectIncoming(table));
    const one = await digested(
      await mergeDimension(database, table, outputNamed(request, table.name), request),
    );
    merged.push(one);
    request.progress.advance(1, one.total);
  }
  return merged;
}
