import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EtlError } from '../errors.js';
import type { Database } from '../load/db.js';
import { type Merged, mergeStaged } from '../load/merge.js';
import { type MergedTable, waitingName } from '../load/merge-table.js';
import { discard, publish, sizeOf } from '../load/publish.js';
import { copyRejects } from '../load/sql.js';
import { stageChunk } from '../load/stage.js';
import { type StagedFiles, type StagedName, stagedFile, stagedNames } from '../load/staged.js';
import { findStagedCodes } from '../load/staged-codes.js';
import { together } from '../load/together.js';
import type { SourceName } from '../sources/sources.js';
import type { Observer } from './events.js';
import { MemoryGovernor } from './memory.js';
import type { Plan } from './plan.js';
import { makeRunId } from './run-id.js';
import { addUp, type StagedSource, stageSource } from './stage-source.js';
import type { StepSeconds, Summary, TableSummary } from './summary.js';

type StagedSources = Readonly<Record<SourceName, StagedSource>>;

interface Run {
  readonly id: string;
  readonly plan: Plan;
  readonly staging: string;
  readonly memory: MemoryGovernor;
  readonly observe: Observer;
  /** Filled as the steps end. */
  readonly steps: StepSeconds;
}

/** Executes a plan: stages both sources, merges them into the outputs and publishes those. */
export async function executePlan(
  plan: Plan,
  observe: Observer,
  id = makeRunId(new Date()),
): Promise<Summary> {
  const started = performance.now();
  const staging = join(plan.dataRoot, '.staging', id);
  const memory = new MemoryGovernor(plan.budget.memoryLimitMb);
  const steps = { rates: 0, providers: 0, merge: 0, publish: 0 };
  const run: Run = { id, plan, staging, memory, observe, steps };
  observe({ type: 'started', runId: id });
  await makeFolder(staging);
  try {
    const chunks = await stageChunks({ ...run, observe: loadingDatabase(observe) }, 'rates');
    using database = await openDatabase(run);
    const [rates, providers] = await together(
      stageCodes(run, database, chunks),
      stageChunks(run, 'providers'),
    );
    const staged = { rates, providers };
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

function stageChunks(
  { plan, staging, memory, observe, steps }: Run,
  source: SourceName,
): Promise<StagedSource> {
  const options = {
    concurrency: plan.budget.threads,
    folder: staging,
    settings: { payerSlugOverride: plan.payerSlugOverride },
    memory,
    observe,
  };
  return clocked(steps, source, () => stageSource(source, plan.sources[source], options));
}

/** Stages the dimensions of facts that were staged under codes. */
async function stageCodes(
  { plan, staging, memory }: Run,
  database: Database,
  rates: StagedSource,
): Promise<StagedSource> {
  const codes = await findStagedCodes(database, rates.files);
  if (!codes || !rates.codebook) return rates;
  const { star, lookups, warnings } = await rates.codebook.resolve(codes, plan.sources.rates.rows);
  const folder = join(staging, 'rates', 'codes');
  const relations = Object.entries({ ...star, ...lookups });
  await stageChunk(folder, Object.fromEntries(relations.map(([name, frame]) => [name, frame.lazy()])));
  // expressions are large objects; the merge needs the memory
  await memory.release();
  const files = Object.fromEntries(
    stagedNames.map((name) => {
      const others = rates.files[name] ?? [];
      return [
        name,
        relations.some(([staged]) => staged === name) ? [...others, stagedFile(folder, name)] : others,
      ];
    }),
  );
  return { ...rates, files, warnings: addUp([rates.warnings, warnings]) };
}

/** It takes a tenth of a second of this thread to load. */
const loadDatabase = () => import('../load/db.js');

/** Loads the database's library while others work on a first chunk. */
function loadingDatabase(observe: Observer): Observer {
  let isAsked = false;
  return (event) => {
    observe(event);
    if (isAsked || event.type !== 'chunk-started') return;
    isAsked = true;
    // whoever opens a database hears of a failure
    loadDatabase().catch(() => {});
  };
}

async function openDatabase({ plan, staging }: Run): Promise<Database> {
  const { databaseMb, threads } = plan.budget;
  const { Database } = await loadDatabase();
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
    await database.run(copyRejects(staged[source].rejectFiles, waiting, plan.budget.rowGroupRows));
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

function stagedFiles({ rates, providers }: StagedSources): StagedFiles {
  const filesOf = (name: StagedName) => [...(rates.files[name] ?? []), ...(providers.files[name] ?? [])];
  return Object.fromEntries(stagedNames.map((name) => [name, filesOf(name)]));
}

/** Facts that a MiB of the database's memory is enough for, hash tables included, and MiB that buffers take of it. */
const factsPerMb = 8_000;
const bufferMb = 64;

async function mergeAndPublish(run: Run, database: Database, staged: StagedSources): Promise<Merged> {
  const { id, plan, staging } = run;
  const { outputs, rules } = plan;
  try {
    const merged = await timed(run, 'merge', () =>
      mergeStaged(database, {
        staged: stagedFiles(staged),
        outputs,
        rules,
        suffix: id,
        scratch: join(staging, 'facts'),
        factsInMemory: (plan.budget.databaseMb - bufferMb) * factsPerMb,
        rowGroupRows: plan.budget.rowGroupRows,
      }),
    );
    await timed(run, 'publish', () => publish(merged.tables));
    return merged;
  } finally {
    await discard(outputs.map(({ path }) => ({ path, waiting: waitingName(path, id) })));
  }
}

async function timed<T>(
  { memory, observe, steps }: Run,
  step: 'merge' | 'publish',
  work: () => Promise<T>,
): Promise<T> {
  const result = await clocked(steps, step, work);
  observe({ type: 'step-finished', step, seconds: steps[step], rssMb: memory.measure() });
  return result;
}

async function clocked<T>(steps: StepSeconds, step: keyof StepSeconds, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  steps[step] = (performance.now() - started) / 1000;
  return result;
}

async function summarise(
  { id, plan, memory, steps }: Run,
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
    steps,
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
