import type { Merged } from '../load/merge.js';
import { counted, type MergedTable } from '../load/merge-table.js';
import { together } from '../load/together.js';
import { checkSlug } from '../pipeline/check-slug.js';
import type { StagedSources } from '../pipeline/engine.js';
import type { Run } from '../pipeline/run.js';
import { checkInputs } from '../pipeline/snapshot.js';
import { StepProgress } from '../pipeline/step-progress.js';
import type { Partition } from '../tables/partitions.js';
import { type Table, tableNamed, tables } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import { dimensionTables, type LoadScript } from '../warehouse/load-script.js';
import { openCatalog } from './catalog.js';
import { checkShared } from './check-shared.js';
import { commitTable, type TableChange } from './commit-table.js';
import { mintKeys, surveyLoad } from './merge.js';
import { numbersOf, partitionsOf } from './rows.js';
import type { Statements } from './session.js';
import { checkCommits, snapshotsOf } from './snapshots.js';

export interface TablesMerge {
  readonly session: Statements;
  readonly script: LoadScript;
  readonly catalog: CatalogScript;
  readonly run: Run;
  readonly sources: StagedSources;
}

/** The same with the tables that the catalog has: another load may have made them since this one began. */
interface OpenMerge extends TablesMerge {
  readonly there: readonly Table[];
}

const facts = tableNamed('fact_rate');

/** What refers to others comes after them. */
const tablesInOrder = [...dimensionTables, facts];

/**
 * Upserts what is staged into the tables of a catalog. All of it is counted first; then each table is changed by a commit of its own,
 * those that facts refer to before the facts, so that whatever ends it in between the same load does the rest.
 */
export async function mergeIntoTables(asked: TablesMerge): Promise<Merged> {
  const { session, script, catalog, run } = asked;
  await mintKeys(session, script);
  const slices = partitionsOf(await session.rows(script.listPartitions()), run.plan.rules.state);
  for (const slice of slices) checkSlug(slice, 'merging');
  const progress = new StepProgress(run.observe, 'merge', 2 * tablesInOrder.length);
  const merge = { ...asked, there: await openCatalog(session, catalog) };
  await together(...tables.map((table) => openTable(merge, table)));
  const before = await snapshotsOf(session, catalog, merge.there);
  const changes = await together(
    ...tablesInOrder.map(async (table) => {
      const change = await (table === facts ? countFacts(merge, slices) : countTable(merge, table));
      progress.advance(1, 0);
      return change;
    }),
  );
  // who gains members is told of what is there before
  const survey = await surveyLoad(merge);
  // executors may have come since
  await checkShared(merge);
  await checkInputs(run.plan.snapshot, run.files);
  run.signal.throwIfAborted();
  for (const change of changes) {
    await commitTable(session, catalog, change);
    progress.advance(1, change.merged.total);
  }
  const after = await snapshotsOf(session, catalog, tables);
  const counted = new Map(changes.map(({ table, merged }) => [table, merged.inserted + merged.filled]));
  const bytes = await checkCommits(session, catalog, { before, after, counted });
  const committed = changes.map(({ table, merged }): MergedTable => {
    const [snapshotBefore, snapshot] = [before.get(table) ?? null, after.get(table) ?? null];
    return { ...merged, committed: { snapshotBefore, snapshot, bytes: bytes.get(table.name) ?? 0 } };
  });
  return { tables: committed, partitions: [], slices, ...survey };
}

/** Names the rows of a table as it is now. */
async function openTable({ session, catalog, there }: OpenMerge, table: Table): Promise<void> {
  for (const statement of catalog.openTable(table, there.includes(table))) await session.run(statement);
}

async function countTable(merge: OpenMerge, table: Table): Promise<TableChange> {
  const { session, script, catalog } = merge;
  const { existing = 0, inserted = 0, filled = 0 } = numbersOf(await session.rows(script.countMerge(table)));
  return {
    table,
    merged: {
      ...nothingIn(merge, table, existing),
      inserted,
      filled,
      kept: existing - filled,
      total: existing + inserted,
    },
    isThere: merge.there.includes(table),
    statements: inserted + filled > 0 ? [catalog.mergeTable(table)] : [],
  };
}

async function countFacts(merge: OpenMerge, slices: readonly Partition[]): Promise<TableChange> {
  const { session, catalog, run } = merge;
  const { rows: existing = 0 } = numbersOf(await session.rows(catalog.countFacts()));
  const changed: Partition[] = [];
  let [removed, inserted] = [0, 0];
  for (const slice of slices) {
    const {
      existing: had = 0,
      incoming = 0,
      same = 0,
    } = numbersOf(await session.rows(catalog.countSlice(slice)));
    const isReplaced = run.plan.rules.mode === 'replace';
    if (isReplaced ? had === incoming && incoming === same : incoming === same) continue;
    changed.push(slice);
    removed += isReplaced ? had : 0;
    inserted += isReplaced ? incoming : incoming - same;
  }
  const kept = existing - removed;
  return {
    table: facts,
    merged: { ...nothingIn(merge, facts, existing), inserted, removed, kept, total: kept + inserted },
    isThere: merge.there.includes(facts),
    statements: changed.length > 0 ? catalog.mergeFacts(changed) : [],
  };
}

const nothingIn = ({ catalog }: TablesMerge, { name: table }: Table, rows: number): MergedTable =>
  counted({ table, path: catalog.nameOf({ name: table }), exists: true }, rows, 0);
