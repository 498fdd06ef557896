import { randomBytes } from 'node:crypto';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EtlError } from '../errors.js';
import { Database } from '../load/db.js';
import { type Merged, mergeStaged } from '../load/merge.js';
import { type MergedTable, waitingName } from '../load/merge-table.js';
import { discard, publish, sizeOf } from '../load/publish.js';
import { copyRejects } from '../load/sql.js';
import { stagedFile } from '../load/staged.js';
import type { SourceName } from '../sources/sources.js';
import type { Observer } from './events.js';
import { MemoryGovernor } from './memory.js';
import type { Plan } from './plan.js';
import { type StagedSource, stageSource } from './stage-source.js';
import type { Summary, TableSummary } from './summary.js';

type StagedSources = Readonly<Record<SourceName, StagedSource>>;

interface Run {
  readonly id: string;
  readonly plan: Plan;
  readonly staging: string;
  readonly memory: MemoryGovernor;
  readonly observe: Observer;
}

/** A name for a run that sorts by time and is not given twice. */
export function makeRunId(now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace(/\..*/, 'Z');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** Executes a plan: stages both sources, merges them into the outputs and publishes those. */
export async function executePlan(
  plan: Plan,
  observe: Observer,
  id = makeRunId(new Date()),
): Promise<Summary> {
  const started = performance.now();
  const staging = join(plan.dataRoot, '.staging', id);
  const run: Run = { id, plan, staging, memory: new MemoryGovernor(plan.budget.memoryLimitMb), observe };
  observe({ type: 'started', runId: id });
  await makeFolder(staging);
  try {
    const staged = await stageSources(run);
    using database = await openDatabase(run);
    const rejectsFolder = await writeRejects(run, database, staged);
    checkRejects(run, staged, rejectsFolder);
    const merged = await mergeAndPublish(run, database, staged);
    return await summarise(run, staged, merged, rejectsFolder, started);
  } finally {
    await rm(staging, { recursive: true, force: true });
    // the folder of all stagings goes with the last of them
    await rmdir(dirname(staging)).catch(() => {});
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new EtlError('output', `${folder}: cannot be made`, {
      step: 'preparing the data root',
      hint: 'check the rights on the data root, or choose another with `--data-root`',
      cause,
    });
  }
}

async function stageSources({ plan, staging, memory, observe }: Run): Promise<StagedSources> {
  const options = {
    concurrency: plan.budget.threads,
    folder: staging,
    settings: { payerSlugOverride: plan.payerSlugOverride },
    memory,
    observe,
  };
  const rates = await stageSource('rates', plan.sources.rates, options);
  const providers = await stageSource('providers', plan.sources.providers, options);
  return { rates, providers };
}

function openDatabase({ plan, staging }: Run): Promise<Database> {
  const { databaseMb, threads } = plan.budget;
  return Database.open({ memoryMb: databaseMb, threads, temporaryFolder: join(staging, 'spill') });
}

/** Writes the rejects of each source that has any; gives their folder, or null where there are none. */
async function writeRejects(
  { id, plan }: Run,
  database: Database,
  staged: StagedSources,
): Promise<string | null> {
  const folder = join(plan.dataRoot, 'rejects', id);
  const sources = (['rates', 'providers'] as const).filter((source) => staged[source].rejectFiles.length > 0);
  if (sources.length === 0) return null;
  await makeFolder(folder);
  for (const source of sources) {
    const path = stagedFile(folder, source);
    const waiting = waitingName(path, id);
    await database.run(copyRejects(staged[source].rejectFiles, waiting));
    await publish([{ waiting, path }]);
  }
  return folder;
}

function checkRejects({ plan }: Run, staged: StagedSources, folder: string | null): void {
  for (const source of ['rates', 'providers'] as const) {
    const { rows } = plan.sources[source];
    const rejected = sum(staged[source].rejects);
    if (rejected <= plan.maxRejectRatio * rows) continue;
    const reasons = Object.entries(staged[source].rejects).map(([reason, count]) => `${reason} ${count}`);
    throw new EtlError(
      'data',
      `${rejected} of ${rows} ${source} rows are rejected (${reasons.join(', ')}), more than max_reject_ratio ${plan.maxRejectRatio} allows; nothing was published`,
      { step: 'checking rejects', hint: `look at ${folder}, mend the input or raise max_reject_ratio` },
    );
  }
}

/** Staged facts that a MiB of the database's memory is enough for, hash tables included. */
const factsPerMb = 8_000;

async function mergeAndPublish(run: Run, database: Database, staged: StagedSources): Promise<Merged> {
  const { id, plan, staging } = run;
  const { outputs, rules } = plan;
  const folders = { rates: staged.rates.folders, providers: staged.providers.folders };
  try {
    const merged = await timed(run, 'merge', () =>
      mergeStaged(database, {
        staged: folders,
        outputs,
        rules,
        suffix: id,
        scratch: join(staging, 'facts'),
        factsInMemory: plan.budget.databaseMb * factsPerMb,
      }),
    );
    await timed(run, 'publish', () => publish(merged.tables));
    return merged;
  } finally {
    await discard(outputs.map(({ path }) => ({ path, waiting: waitingName(path, id) })));
  }
}

async function timed<T>(
  { memory, observe }: Run,
  step: 'merge' | 'publish',
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await work();
  observe({
    type: 'step-finished',
    step,
    seconds: (performance.now() - started) / 1000,
    rssMb: memory.measure(),
  });
  return result;
}

async function summarise(
  { id, plan, memory }: Run,
  staged: StagedSources,
  merged: Merged,
  rejectsFolder: string | null,
  started: number,
): Promise<Summary> {
  const tables = await Promise.all(merged.tables.map(describeTable));
  const gaining = merged.gainingGroups > 0 ? { groups_gained_members: merged.gainingGroups } : {};
  return {
    status: 'published',
    run_id: id,
    payer: plan.payer,
    state: plan.state,
    period: plan.period,
    data_root: plan.dataRoot,
    processed_rates: plan.sources.rates.rows,
    processed_providers: plan.sources.providers.rows,
    tables: Object.fromEntries(tables),
    rejects: { rates: staged.rates.rejects, providers: staged.providers.rejects },
    rejects_folder: rejectsFolder,
    warnings: { ...present(staged.rates.warnings), ...present(staged.providers.warnings), ...gaining },
    seconds: (performance.now() - started) / 1000,
    peak_rss_mb: Math.round(memory.peakMb),
  };
}

async function describeTable(merged: MergedTable): Promise<[string, TableSummary]> {
  const { table, path, inserted, filled, kept, removed, total } = merged;
  return [table, { inserted, filled, kept, removed, total, bytes: await sizeOf(path), path }];
}

function present(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, rows) => total + rows, 0);
}
