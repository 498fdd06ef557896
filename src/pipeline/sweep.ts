import { existsSync } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readWaitingName } from '../load/merge-table.js';
import { datasetOf } from '../tables/partitions.js';
import {
  journalFile,
  publishLock,
  rejectsRoot,
  rewrittenFile,
  runsFolder,
  type Slice,
  sliceLock,
  sliceName,
  stagingFolder,
  stagingRoot,
} from './data-root.js';
import { factPaths } from './fact-layout.js';
import { type Holder, Lock, makeHolder } from './lock.js';
import type { Plan } from './plan.js';
import { programVersion } from './program-version.js';
import { makeRunId, runIdPattern } from './run-id.js';
import { describeFile } from './snapshot.js';
import { readIdentity, type StagingIdentity } from './staging-identity.js';

/** What was staged and not gone on with for so long is given up. */
const mostDays = 7;

/** Removes what earlier runs of other slices staged and no run can go on with; never that of a run that lives. */
export async function sweepStaging(dataRoot: string, own: string, holder: Holder): Promise<void> {
  for (const name of await namesIn(stagingRoot(dataRoot))) {
    const folder = join(stagingRoot(dataRoot), name);
    if (folder === own || (await isOfUse(folder))) continue;
    await using lock = await Lock.tryTake(sliceLock(dataRoot, name), holder);
    if (lock) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Removes what is staged of a slice that needs nothing of it, unless a run of it lives; and what a run replaced that died
 * after it had published, unless somebody publishes.
 */
export async function dropOwnStaging(slice: Slice & Waited): Promise<void> {
  const { dataRoot } = slice;
  const holder = makeHolder(makeRunId(new Date()), slice.payer, new Date());
  await using lock = await Lock.tryTake(sliceLock(dataRoot, sliceName(slice)), holder);
  if (lock) await removeStaging(stagingFolder(dataRoot, slice));
  await using publishing = await Lock.tryTake(publishLock(dataRoot), holder);
  if (publishing && !existsSync(journalFile(dataRoot))) await sweepWaiting(slice);
}

/** Where files may wait to be published. */
type Waited = Pick<Plan, 'dataRoot' | 'facts'> & { readonly outputs: readonly { readonly path: string }[] };

/** A record, or a report, that was not put in its place. */
const unfinished = /^\..*\.(?:json\.part|html\.[^.]+)$/;

/** Removes files that a run that died had written beside their places. The caller holds the lock on publishing. */
export async function sweepWaiting({ dataRoot, outputs, facts }: Waited): Promise<void> {
  const names = new Map<string, Set<string>>();
  const expect = (folder: string, name: string) =>
    names.set(folder, (names.get(folder) ?? new Set()).add(name));
  // also what a conversion left that began with the other layout
  const paths = [
    ...outputs.map(({ path }) => path),
    ...Object.values(factPaths(dataRoot, facts)),
    rewrittenFile(dataRoot),
  ];
  for (const path of paths) {
    expect(dirname(path), basename(path));
    const dataset = datasetOf(path);
    if (dataset !== null) expect(dirname(dataset), basename(dataset));
  }
  for (const source of ['rates', 'providers']) expect(rejectsRoot(dataRoot), `${source}.parquet`);
  for (const [folder, known] of names) {
    for (const name of await namesIn(folder)) {
      const { of, suffix } = readWaitingName(name);
      if (known.has(of) && runIdPattern.test(suffix))
        await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  for (const name of await namesIn(runsFolder(dataRoot)))
    if (unfinished.test(name)) await rm(join(runsFolder(dataRoot), name), { force: true });
}

/** Removes a staging folder, and the folder of all of them with the last. */
export async function removeStaging(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {});
}

/** Whether a run could go on with what is staged. */
async function isOfUse(folder: string): Promise<boolean> {
  const identity = await readIdentity(folder);
  if (!identity || identity.program_version !== programVersion() || !areThere(identity)) return false;
  const { mtimeMs } = await stat(folder);
  return Math.abs(Date.now() - mtimeMs) < mostDays * 24 * 3600 * 1000;
}

function areThere({ inputs }: StagingIdentity): boolean {
  return [...inputs.rates, ...inputs.providers].every(({ path, ...state }) =>
    isDeepStrictEqual(describeFile(path), state),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
