import { existsSync } from 'node:fs';
import { waitingName } from '../load/merge-table.js';
import {
  discard,
  finishPublishing,
  isPublishing,
  type Journal,
  publish,
  type Waiting,
} from '../load/publish.js';
import { checkOutputs } from './check-outputs.js';
import { checkUntouched } from './check-untouched.js';
import { clocked } from './clock.js';
import { journalFile } from './data-root.js';
import { type Dataset, openDataset, type Placed } from './dataset.js';
import type { StagedLoad } from './engine.js';
import { checkLayoutThere } from './fact-layout.js';
import { isMadeByLoads } from './made-by-loads.js';
import { writeManifest } from './make-manifest.js';
import type { Run } from './run.js';
import { checkInputs, lookAtOutputs } from './snapshot.js';
import { finishStep, StepProgress } from './step-progress.js';
import { summarise } from './summarise.js';
import type { Summary } from './summary.js';
import { removeStaging, sweepWaiting } from './sweep.js';
import { versionsOf } from './versions.js';
import { checkRejects, findRejectExamples, writeRejects } from './write-rejects.js';

/** Merges what is staged into the outputs, publishes those, rejects and the manifest, and removes what was staged. The caller holds the lock on publishing. */
export async function publishStaged(run: Run, load: StagedLoad, started: number): Promise<Summary> {
  const { plan, id } = run;
  const { sources: staged } = load;
  const journal = { path: journalFile(plan.dataRoot), root: plan.dataRoot };
  await finishPublishing(journal);
  await sweepWaiting(plan);
  await checkInputs(plan.snapshot, run.files);
  // others may have published since the plan was made, or converted the facts
  checkLayoutThere(plan.dataRoot, plan.facts);
  const found = lookAtOutputs(plan.outputs);
  const outputs = plan.outputs.map((output) => ({
    ...output,
    exists: existsSync(output.path),
    isMadeByLoads: () => isMadeByLoads(plan.dataRoot, output.path, found[output.table]?.found ?? null),
  }));
  await checkOutputs(outputs);
  if (!plan.acceptsOutputs) await checkUntouched(plan.dataRoot, found);
  const dataset = await openDataset(plan, id);
  const waiting: Waiting[] = outputs.map(({ path }) => ({ path, waiting: waitingName(path, id) }));
  try {
    const rejects = await writeRejects(run, load);
    waiting.push(...rejects);
    await checkRejects(run, staged, rejects);
    const examples = await findRejectExamples(load, rejects);
    const merged = await clocked(run.steps, 'merge', async () => {
      const merged = await load.merge(outputs, dataset);
      return dataset ? dataset.place(merged) : { ...merged, parts: [] };
    });
    const changed = merged.tables.reduce((rows, { inserted, filled }) => rows + inserted + filled, 0);
    finishStep(run, 'merge', staged.rates.stagedRows + staged.providers.stagedRows, changed);
    const summary = await summarise(run, {
      staged,
      merged,
      rejects: examples,
      seconds: secondsSince(started),
    });
    const versions = { ...(await versionsOf()), ...load.versions };
    const record = { ...run, versions, chunks: run.chunks.record() };
    const manifest = await writeManifest(plan, found, merged, summary, record);
    waiting.push(manifest);
    // what a cluster has changed is changed, and to be told of
    if (plan.outputs.length > 0) {
      await checkInputs(plan.snapshot, run.files);
      run.signal.throwIfAborted();
    }
    const files = [...rejects, ...inOrder(merged), manifest];
    const rows = await clocked(run.steps, 'publish', () => publishAll(run, files, journal));
    finishStep(run, 'publish', rows, rows);
    // the outputs are in place: what cannot be removed now is removed by the next run, which what is staged tells of it
    await removeAll(run, dataset, waiting).catch(() => {});
    return { ...summary, seconds: secondsSince(started), steps: { ...run.steps } };
  } catch (thrown) {
    // what a journal names is put in its place by the next run
    if (!(await isPublishing(journal))) {
      await discard(waiting);
      await dataset?.removeWaiting();
    }
    throw thrown;
  }
}

/**
 * Removes what waited, of which there are folders left where another engine wrote into some. What is staged goes last: while it is there, a run
 * with nothing to load looks for what else is left.
 */
async function removeAll(
  { staging }: Run,
  dataset: Dataset | null,
  waiting: readonly Waiting[],
): Promise<void> {
  await discard(waiting);
  await dataset?.removeWaiting();
  await removeStaging(staging);
}

/** Facts come last, their parts before the list of them. */
function inOrder({ tables, parts }: Placed): Waiting[] {
  const facts = tables.filter(({ table }) => table === 'fact_rate');
  return [...tables.filter((table) => !facts.includes(table)), ...parts, ...facts];
}

/** Publishes files; gives the rows of the tables among them. */
async function publishAll(
  { observe }: Run,
  files: readonly (Waiting & { readonly total?: number })[],
  journal: Journal,
): Promise<number> {
  const written = files.filter(({ waiting }) => waiting !== null);
  const step = new StepProgress(observe, 'publish', written.length);
  await publish(written, journal, ({ total = 0 }) => step.advance(1, total));
  return step.rows;
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;
