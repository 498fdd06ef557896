import { dirname } from 'node:path';
import { EtlError } from '../errors.js';
import { readJournal } from '../load/publish.js';
import type { SourceName } from '../sources/sources.js';
import { estimateMemoryMb } from './budget.js';
import { checkFolder } from './check-folder.js';
import { journalFile, publishLock, sliceLock, sliceName, stagingFolder, stagingRoot } from './data-root.js';
import { type DiskSpace, measureSpace, shortageOf } from './disk-space.js';
import { isBusy, lookAtLock } from './lock.js';
import { lookAtStaging } from './look-at-staging.js';
import type { Plan } from './plan.js';

/** A lock that a run would hold, and who holds it now. */
export interface LockToTake {
  readonly name: 'slice' | 'publish';
  readonly path: string;
  readonly holder: string | null;
}

/** What a run of a plan would meet now, as far as that can be told without writing anything. */
export interface Forecast {
  /**
   * - `nothing`: the load was done already;
   * - `load`: every row is to be read;
   * - `resume`: an interrupted run has staged some chunks;
   * - `start-over`: it has, but they are of no use, for a reason;
   * - `retry`: only rows are to be read that an earlier run left out.
   */
  readonly action: 'nothing' | 'load' | 'resume' | 'start-over' | 'retry';
  /** Why staged chunks are of no use; null unless a run starts over. */
  readonly reason: string | null;
  /** Chunks that are staged and of use. */
  readonly staged: Readonly<Record<SourceName, number>>;
  /** Outputs that a run which died was about to put in place: a run does that before anything else. */
  readonly interrupted: readonly string[];
  readonly locks: readonly LockToTake[];
  readonly memoryMb: number;
  readonly disk: DiskSpace;
  /** What would end a run before it reads a row. */
  readonly obstacle: EtlError | null;
}

/** Looks at locks, disk and staging as a run would. `isDone` says that the load was done already. Throws `data` or `output`. */
export async function makeForecast(plan: Plan, resumes: boolean, isDone: boolean): Promise<Forecast> {
  const { dataRoot, budget, sources } = plan;
  const journal = await readJournal({ path: journalFile(dataRoot), root: dataRoot });
  const [locks, disk, staging] = await Promise.all([
    lookAtLocks(plan),
    measureSpace(plan),
    lookAtStaging(stagingFolder(dataRoot, plan), plan, resumes),
  ]);
  const windows = [...sources.rates.files, ...sources.providers.files].flatMap((file) => file.windows);
  const largest = windows.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  return {
    ...whatToDo(plan, staging, isDone),
    staged: staging.chunks,
    interrupted: journal?.map(({ path }) => path) ?? [],
    locks,
    memoryMb: estimateMemoryMb(budget, largest, sources.rates.rowsToRead),
    disk,
    obstacle: isDone ? null : obstacleOf(plan, locks, disk),
  };
}

async function lookAtLocks(plan: Plan): Promise<LockToTake[]> {
  const { dataRoot } = plan;
  const look = async (name: LockToTake['name'], path: string) => ({
    name,
    path,
    holder: await lookAtLock(path),
  });
  return [
    await look('slice', sliceLock(dataRoot, sliceName(plan))),
    await look('publish', publishLock(dataRoot)),
  ];
}

function whatToDo(
  { only }: Plan,
  { chunks, useless }: Awaited<ReturnType<typeof lookAtStaging>>,
  isDone: boolean,
): Pick<Forecast, 'action' | 'reason'> {
  if (isDone) return { action: 'nothing', reason: null };
  if (useless !== null) return { action: 'start-over', reason: useless };
  if (chunks.rates + chunks.providers > 0) return { action: 'resume', reason: null };
  return { action: only ? 'retry' : 'load', reason: null };
}

/** In the order in which a run would meet them. Who publishes is waited for. */
function obstacleOf(plan: Plan, locks: readonly LockToTake[], disk: DiskSpace): EtlError | null {
  const { dataRoot, payer, state, period } = plan;
  const subject = `payer ${payer}, state ${state}, period ${period}`;
  const holder = locks.find(({ name }) => name === 'slice')?.holder ?? null;
  return (
    troubleWith(() => checkFolder(dirname(publishLock(dataRoot)))) ??
    (holder === null ? null : isBusy(subject, holder)) ??
    shortageOf(plan, disk) ??
    troubleWith(() => checkFolder(stagingRoot(dataRoot)))
  );
}

/** What a check would end a run with; null where it passes. */
export function troubleWith(check: () => void): EtlError | null {
  try {
    check();
    return null;
  } catch (thrown) {
    if (thrown instanceof EtlError) return thrown;
    throw thrown;
  }
}
