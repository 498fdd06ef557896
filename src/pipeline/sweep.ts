import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readIdentity, type StagingIdentity } from './checkpoint.js';
import {
  rejectsRoot,
  runsFolder,
  type Slice,
  sliceLock,
  sliceName,
  stagingFolder,
  stagingRoot,
} from './data-root.js';
import { type Holder, Lock, makeHolder } from './lock.js';
import type { Plan } from './plan.js';
import { programVersion } from './program-version.js';
import { makeRunId, runIdPattern } from './run-id.js';
import { describeFile } from './snapshot.js';

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

/** Removes what is staged of a slice that needs nothing of it, unless a run of it lives. */
export async function dropOwnStaging({
  dataRoot,
  ...slice
}: Slice & { readonly dataRoot: string }): Promise<void> {
  const holder = makeHolder(makeRunId(new Date()), slice.payer, new Date());
  await using lock = await Lock.tryTake(sliceLock(dataRoot, sliceName(slice)), holder);
  if (lock) await removeStaging(stagingFolder(dataRoot, slice));
}

/** Removes files that a run that died had written beside their places. The caller holds the lock on publishing. */
export async function sweepWaiting({ dataRoot, outputs }: Plan): Promise<void> {
  const names = new Map<string, Set<string>>();
  const expect = (folder: string, name: string) =>
    names.set(folder, (names.get(folder) ?? new Set()).add(name));
  for (const { path } of outputs) expect(dirname(path), basename(path));
  for (const source of ['rates', 'providers']) expect(rejectsRoot(dataRoot), `${source}.parquet`);
  for (const [folder, known] of names) {
    for (const name of await namesIn(folder)) {
      const [, of = '', suffix = ''] = /^\.(.*\.parquet)\.([^.]+)$/.exec(name) ?? [];
      if (known.has(of) && runIdPattern.test(suffix)) await rm(join(folder, name), { force: true });
    }
  }
  for (const name of await namesIn(runsFolder(dataRoot)))
    if (/^\..*\.json\.part$/.test(name)) await rm(join(runsFolder(dataRoot), name), { force: true });
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
