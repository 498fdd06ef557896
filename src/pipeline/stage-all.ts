import { join } from 'node:path';
import type { Database } from '../load/db.js';
import { stageChunk } from '../load/stage.js';
import { stagedFile, stagedNames } from '../load/staged.js';
import { findStagedCodes } from '../load/staged-codes.js';
import { together } from '../load/together.js';
import type { SourceName } from '../sources/sources.js';
import { checkAnyLeft } from './check-any-left.js';
import type { Checkpoint } from './checkpoint.js';
import { clocked } from './clock.js';
import type { Observer } from './events.js';
import { makeStaging } from './make-staging.js';
import type { Run } from './run.js';
import { type StagedSource, stageSource } from './stage-source.js';
import { addUp } from './staged-batch.js';
import { finishStep } from './step-progress.js';

export type StagedFilesOfSources = Readonly<Record<SourceName, StagedSource>>;

/**
 * Stages both sources, but for what is staged already, and opens the database that is to merge them. `isWary` says that a run
 * before ended in the middle, so that pages are looked into before they are decoded.
 */
export async function stageAll(
  run: Run,
  batches: Checkpoint['batches'],
  isWary: boolean,
): Promise<{ staged: StagedFilesOfSources; database: Database }> {
  const chunks = await stage({ ...run, observe: loadingDatabase(run.observe) }, 'rates', batches, isWary);
  const opening = openDatabase(run);
  try {
    const [rates, providers, database] = await together(
      opening.then((opened) => stageCodes(run, opened, chunks)),
      stage(run, 'providers', batches, isWary),
      opening,
    );
    return { staged: { rates, providers }, database };
  } catch (thrown) {
    const opened = await opening.catch(() => null);
    opened?.[Symbol.dispose]();
    throw thrown;
  }
}

async function stage(
  run: Run,
  source: SourceName,
  batches: Checkpoint['batches'],
  isWary: boolean,
): Promise<StagedSource> {
  const { plan, staging, steps } = run;
  const staged = await clocked(steps, source, () =>
    stageSource(source, plan.sources[source], {
      ...makeStaging(run, join(staging, source)),
      isWary,
      done: batches[source],
    }),
  );
  finishStep(run, source, staged.rowsIn, staged.rowsOut);
  checkAnyLeft(plan, source, staged.failures);
  return staged;
}

/** Stages the dimensions of facts that were staged under codes. */
async function stageCodes(
  { plan, staging, memory }: Run,
  database: Database,
  rates: StagedSource,
): Promise<StagedSource> {
  const codes = await findStagedCodes(database, rates.files);
  if (!codes || !rates.codebook) return rates;
  await memory.relieve();
  const contextRows = new Map(Object.entries(rates.contexts));
  const { star, lookups, warnings } = await rates.codebook.resolve(
    codes,
    contextRows,
    plan.sources.rates.rows,
  );
  const folder = join(staging, 'codes');
  const relations = Object.entries({ ...star, ...lookups });
  await stageChunk(folder, Object.fromEntries(relations.map(([name, frame]) => [name, frame.lazy()])));
  const files = Object.fromEntries(
    stagedNames.map((name) => {
      const others = rates.files[name] ?? [];
      return [
        name,
        relations.some(([staged]) => staged === name) ? [...others, stagedFile(folder, name)] : others,
      ];
    }),
  );
  return { ...rates, files, codebook: null, warnings: addUp([rates.warnings, warnings]) };
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

async function openDatabase({ plan, staging, signal }: Run): Promise<Database> {
  const { databaseMb, threads } = plan.budget;
  const { Database } = await loadDatabase();
  const limits = { memoryMb: databaseMb, threads, temporaryFolder: join(staging, 'spill') };
  return Database.open(limits, signal);
}
