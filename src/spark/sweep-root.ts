import { basename, dirname } from 'node:path';
import { placeIn } from '../config/address.js';
import { readWaitingName } from '../load/merge-table.js';
import { sliceLock } from '../pipeline/data-root.js';
import type { ClusterRoot } from '../pipeline/locate.js';
import { Lock, makeHolder } from '../pipeline/lock.js';
import type { Run } from '../pipeline/run.js';
import { runIdPattern } from '../pipeline/run-id.js';
import { datasetOf } from '../tables/partitions.js';
import { clusterOutputs } from './cluster-outputs.js';
import type { FileSystems } from './file-systems.js';
import { scratchOfSlice, stagedAt } from './root-paths.js';

/** Removes what runs that died, and this one, had waiting beside the outputs. The caller holds the lock on publishing. */
export async function sweepRoot(files: FileSystems, { outputs }: ClusterRoot): Promise<void> {
  const places = new Map<string, Set<string>>();
  for (const { path } of outputs) {
    const of = datasetOf(path) ?? path;
    places.set(dirname(of), (places.get(dirname(of)) ?? new Set()).add(basename(of)));
  }
  for (const [folder, known] of places) {
    for (const name of await clusterOutputs(files).namesIn(folder)) {
      const { of, suffix } = readWaitingName(name);
      if (known.has(of) && runIdPattern.test(suffix)) await files.remove(placeIn(folder, name));
    }
  }
}

/** Removes what loads of other slices staged that died, and what is left of this one's; never that of a load that lives. */
export async function sweepStaged(files: FileSystems, address: string, run: Run): Promise<void> {
  const { plan, id, startedAt } = run;
  const own = scratchOfSlice(address, plan);
  await files.remove(own);
  for (const name of await clusterOutputs(files).namesIn(stagedAt(address))) {
    // no slice is called so
    if (!/^[\w.-]+$/.test(name)) continue;
    const path = sliceLock(plan.dataRoot, name);
    await using lock = await Lock.tryTake(path, makeHolder(id, plan.payer, startedAt));
    if (lock) await files.remove(placeIn(stagedAt(address), name));
  }
}
