import type { Database } from '../load/db.js';
import { openCheckpoint } from './checkpoint.js';
import { isOfChunk } from './chunk-failure.js';
import { publishLock, sliceLock, sliceName, stagingFolder } from './data-root.js';
import { checkSpace } from './disk-space.js';
import type { Observer } from './events.js';
import { Lock, makeHolder } from './lock.js';
import type { Manifest } from './manifest.js';
import { MemoryGovernor } from './memory.js';
import type { Plan } from './plan.js';
import { publishStaged } from './publish-staged.js';
import { makeRunId } from './run-id.js';
import { checkInputs } from './snapshot.js';
import { stageAll } from './stage-all.js';
import type { StepSeconds, Summary } from './summary.js';
import { removeStaging, sweepStaging } from './sweep.js';

/** How a plan is carried out. */
export interface RunOptions {
  readonly id: string;
  readonly observe: Observer;
  /** Stops the run at the next safe point: what it was aborted with is thrown, and the next run goes on from there. */
  readonly signal: AbortSignal;
  /** Whether to go on with what an interrupted run staged. */
  readonly resumes: boolean;
  /** Every setting and where its value came from, for the manifest. */
  readonly resolvedSettings: Manifest['resolved_settings'];
}

/** A run while it runs. */
export interface Run extends RunOptions {
  readonly plan: Plan;
  readonly startedAt: Date;
  readonly staging: string;
  readonly memory: MemoryGovernor;
  /** Filled as the steps end. */
  readonly steps: StepSeconds;
}

/**
 * Executes a plan: stages both sources, merges them into the outputs and publishes those. Throws `busy` where another run
 * loads the same slice.
 */
export async function executePlan(
  plan: Plan,
  {
    id = makeRunId(new Date()),
    observe = () => {},
    signal = new AbortController().signal,
    resumes = true,
    resolvedSettings = {},
  }: Partial<RunOptions> = {},
): Promise<Summary> {
  const { dataRoot, payer, state, period } = plan;
  const run: Run = {
    ...{ id, observe, signal, resumes, resolvedSettings, plan },
    startedAt: new Date(),
    staging: stagingFolder(dataRoot, plan),
    memory: new MemoryGovernor(plan.budget.memoryLimitMb),
    steps: { rates: 0, providers: 0, merge: 0, publish: 0 },
  };
  const started = performance.now();
  const holder = makeHolder(id, payer, run.startedAt);
  const subject = `payer ${payer}, state ${state}, period ${period}`;
  await using _slice = await Lock.take(sliceLock(dataRoot, sliceName(plan)), holder, subject);
  observe({ type: 'started', runId: id });
  await sweepStaging(dataRoot, run.staging, holder);
  await checkSpace(plan);
  const { batches, discarded } = await openCheckpoint(run.staging, identityOf(plan), resumes);
  if (discarded !== null) observe({ type: 'staging-discarded', reason: discarded });
  const { staged, database } = await stageAll(run, batches).catch((thrown: unknown) => {
    // what cannot be read may have been replaced
    if (isOfChunk(thrown)) checkInputs(plan.snapshot);
    throw thrown;
  });
  using _database: Database = database;
  const onWait = (other: string) => observe({ type: 'waiting', holder: other });
  await using _publishing = await Lock.takeInTurn(publishLock(dataRoot), holder, signal, onWait);
  const summary = await publishStaged(run, database, staged, started);
  // the outputs are in place: what cannot be removed now is removed by the next run
  await removeStaging(run.staging).catch(() => {});
  return summary;
}

function identityOf({ snapshot, payerSlugOverride, budget, only }: Plan) {
  const { program_version, inputs } = snapshot;
  const { chunkRows, windowRows, groupRows, windowBytes } = budget;
  return {
    program_version,
    inputs: { rates: [...inputs.rates], providers: [...inputs.providers] },
    settings: {
      payer_slug_override: payerSlugOverride,
      chunk_rows: chunkRows,
      window_rows: windowRows,
      group_rows: groupRows,
      window_bytes: windowBytes,
    },
    only: only?.map(({ file, first_row, rows }) => ({ file, first_row, rows })) ?? null,
  };
}
