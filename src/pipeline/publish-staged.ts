import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EtlError, hintFor, messageOf } from '../errors.js';
import type { Database } from '../load/db.js';
import { type Merged, mergeStaged } from '../load/merge.js';
import { type MergedTable, type Output, waitingName } from '../load/merge-table.js';
import { discard, finishPublishing, place, publish, sizeOf, type Waiting } from '../load/publish.js';
import { copyRejects } from '../load/sql.js';
import { type StagedFiles, type StagedName, stagedNames } from '../load/staged.js';
import type { SourceName } from '../sources/sources.js';
import { checkOutputs } from './check-outputs.js';
import { checkUntouched } from './check-untouched.js';
import { clocked } from './clock.js';
import { journalFile, rejectsRoot } from './data-root.js';
import { writeManifest } from './make-manifest.js';
import type { Plan } from './plan.js';
import type { Run } from './run.js';
import { checkInputs, lookAtOutputs } from './snapshot.js';
import type { StagedSources } from './stage-all.js';
import type { Summary, TableSummary } from './summary.js';
import { sweepWaiting } from './sweep.js';
import { versionsOf } from './versions.js';

/** Merges what is staged into the outputs and publishes those, rejects and the manifest. The caller holds the lock on publishing. */
export async function publishStaged(
  run: Run,
  database: Database,
  staged: StagedSources,
  started: number,
): Promise<Summary> {
  const { plan, id } = run;
  const journal = { path: journalFile(plan.dataRoot), root: plan.dataRoot };
  await finishPublishing(journal);
  await sweepWaiting(plan);
  checkInputs(plan.snapshot);
  // others may have published since the plan was made
  const found = lookAtOutputs(plan.outputs);
  const outputs = plan.outputs.map((output) => ({ ...output, exists: existsSync(output.path) }));
  await checkOutputs(outputs);
  if (!plan.acceptsOutputs) checkUntouched(plan.dataRoot, found);
  const waiting: Waiting[] = outputs.map(({ path }) => ({ path, waiting: waitingName(path, id) }));
  try {
    const rejects = await writeRejects(run, database, staged);
    waiting.push(...rejects);
    await checkRejects(run, staged, rejects);
    const merged = await clocked(run.steps, 'merge', () => merge(run, database, staged, outputs));
    finished(run, 'merge');
    const summary = await summarise(run, staged, merged, started);
    const record = { ...run, versions: versionsOf() };
    const manifest = await writeManifest(plan, found, merged.tables, summary, record);
    waiting.push(manifest);
    checkInputs(plan.snapshot);
    run.signal.throwIfAborted();
    await clocked(run.steps, 'publish', () => publish([...rejects, ...merged.tables, manifest], journal));
    finished(run, 'publish');
    return { ...summary, seconds: secondsSince(started), steps: { ...run.steps } };
  } catch (thrown) {
    // what a journal names is put in its place by the next run
    if (!(await sizeOf(journal.path))) await discard(waiting);
    throw thrown;
  }
}

function finished({ observe, steps, memory }: Run, step: 'merge' | 'publish'): void {
  observe({ type: 'step-finished', step, seconds: steps[step], rssMb: memory.measure() });
}

function merge(
  { id, plan, staging }: Run,
  database: Database,
  staged: StagedSources,
  outputs: readonly Output[],
): Promise<Merged> {
  const { databaseMb, rowGroupRows } = plan.budget;
  return mergeStaged(database, {
    staged: stagedFiles(staged),
    outputs,
    rules: plan.rules,
    suffix: id,
    scratch: join(staging, 'facts'),
    factsInMemory: (databaseMb - bufferMb) * factsPerMb,
    rowGroupRows,
  });
}

/** Facts that a MiB of the database's memory is enough for, hash tables included, and MiB that buffers take of it. */
const factsPerMb = 8_000;
const bufferMb = 64;

function stagedFiles({ rates, providers }: StagedSources): StagedFiles {
  const filesOf = (name: StagedName) => [...(rates.files[name] ?? []), ...(providers.files[name] ?? [])];
  return Object.fromEntries(stagedNames.map((name) => [name, filesOf(name)]));
}

const sourceNames: readonly SourceName[] = ['rates', 'providers'];

/** Writes the rejects of each source that has any, beside the folder of the run's. */
async function writeRejects(
  { id, plan }: Run,
  database: Database,
  staged: StagedSources,
): Promise<(Waiting & { waiting: string })[]> {
  const root = rejectsRoot(plan.dataRoot);
  const written: (Waiting & { waiting: string })[] = [];
  for (const source of sourceNames) {
    const { rejectFiles } = staged[source];
    if (rejectFiles.length === 0) continue;
    const file = `${source}.parquet`;
    const waiting = waitingName(join(root, file), id);
    written.push({ waiting, path: join(root, id, file) });
    await makeFolder(root);
    await database.run(copyRejects(rejectFiles, waiting, plan.budget.rowGroupRows));
  }
  return written;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const message = `${folder}: cannot be made: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'writing rejects', hint: hintFor(cause), cause });
  }
}

/** Where there are too many rejects, they are all that is put in place. */
async function checkRejects(
  { plan, id }: Run,
  staged: StagedSources,
  rejects: readonly (Waiting & { waiting: string })[],
): Promise<void> {
  for (const source of sourceNames) {
    const rows = rowsLoaded(plan, staged, source);
    const rejected = sum(staged[source].rejects);
    if (rejected <= plan.maxRejectRatio * rows) continue;
    for (const file of rejects) await place(file);
    const reasons = Object.entries(staged[source].rejects).map(([reason, count]) => `${reason} ${count}`);
    const folder = join(rejectsRoot(plan.dataRoot), id);
    throw new EtlError(
      'data',
      `${rejected} of ${rows} ${source} rows are rejected (${reasons.join(', ')}), more than max_reject_ratio ${plan.maxRejectRatio} allows; nothing was published`,
      { step: 'checking rejects', hint: `look at ${folder}, mend the input or raise max_reject_ratio` },
    );
  }
}

function rowsLoaded(plan: Plan, staged: StagedSources, source: SourceName): number {
  return plan.sources[source].rowsToRead - staged[source].failures.reduce((lost, { rows }) => lost + rows, 0);
}

async function summarise(
  { id, plan, memory, steps }: Run,
  staged: StagedSources,
  merged: Merged,
  started: number,
): Promise<Summary> {
  const { rates, providers } = staged;
  const tables = await Promise.all(merged.tables.map(describeTable));
  const gaining = merged.gainingGroups > 0 ? { groups_gained_members: merged.gainingGroups } : {};
  const hasRejects = rates.rejectFiles.length + providers.rejectFiles.length > 0;
  return {
    status: 'published',
    run_id: id,
    payer: plan.payer,
    state: plan.state,
    period: plan.period,
    data_root: plan.dataRoot,
    processed_rates: rowsLoaded(plan, staged, 'rates'),
    processed_providers: rowsLoaded(plan, staged, 'providers'),
    tables: Object.fromEntries(tables),
    rejects: { rates: rates.rejects, providers: providers.rejects },
    rejects_folder: hasRejects ? join(rejectsRoot(plan.dataRoot), id) : null,
    warnings: { ...present(rates.warnings), ...present(providers.warnings), ...gaining },
    failed_chunks: [...rates.failures, ...providers.failures],
    resumed_chunks: rates.resumedChunks + providers.resumedChunks,
    seconds: secondsSince(started),
    steps: { ...steps },
    peak_rss_mb: Math.round(memory.peakMb),
  };
}

async function describeTable(merged: MergedTable): Promise<[string, TableSummary]> {
  const { table, path, waiting, inserted, filled, kept, removed, total } = merged;
  return [table, { inserted, filled, kept, removed, total, bytes: await sizeOf(waiting ?? path), path }];
}

function present(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, rows) => total + rows, 0);
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;
