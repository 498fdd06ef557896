import { ChunkRecorder } from './chunk-record.js';
import { publishLock, sliceLock, sliceName, stagingFolder } from './data-root.js';
import { checkSpace } from './disk-space.js';
import { embeddedEngine } from './embedded-engine.js';
import type { Engine } from './engine.js';
import type { Observer } from './events.js';
import type { InputFiles } from './input-files.js';
import { localFiles } from './local-files.js';
import { Lock, makeHolder } from './lock.js';
import type { Manifest } from './manifest.js';
import { MemoryGovernor } from './memory.js';
import type { Plan } from './plan.js';
import { publishStaged } from './publish-staged.js';
import { makeRunId } from './run-id.js';
import type { StepSeconds, Summary } from './summary.js';
import { sweepStaging } from './sweep.js';

/** How a plan is carried out. */
export interface RunOptions {
  readonly id: string;
  readonly observe: Observer;
  /** How inputs are looked at. */
  readonly files: InputFiles;
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
  readonly chunks: ChunkRecorder;
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
    files = localFiles,
    signal = new AbortController().signal,
    resumes = true,
    resolvedSettings = {},
  }: Partial<RunOptions> = {},
  engine: Engine = embeddedEngine,
): Promise<Summary> {
  const { dataRoot, payer, state, period } = plan;
  const chunks = new ChunkRecorder();
  const observeAll: Observer = (event) => {
    chunks.observe(event);
    observe(event);
  };
  const run: Run = {
    ...{ id, observe: observeAll, files, signal, resumes, resolvedSettings, plan, chunks },
    startedAt: new Date(),
    staging: stagingFolder(dataRoot, plan),
    memory: new MemoryGovernor(plan.budget.memoryLimitMb),
    steps: { rates: 0, providers: 0, merge: 0, publish: 0 },
  };
  const started = performance.now();
  const holder = makeHolder(id, payer, run.startedAt);
  const subject = `payer ${payer}, state ${state}, period ${period}`;
  await using slice = await Lock.take(sliceLock(dataRoot, sliceName(plan)), holder, subject);
  observe({ type: 'started', runId: id });
  await sweepStaging(dataRoot, run.staging, holder);
  await checkSpace(plan);
  await using load = await engine.stage(run, slice.holderDied);
  const onWait = (other: string) => observe({ type: 'waiting', holder: other });
  await using _publishing = await Lock.takeInTurn(publishLock(dataRoot), holder, signal, onWait);
  return await publishStaged(run, load, started);
}
