import { basename, dirname } from 'node:path';
import { placeIn } from '../config/address.js';
import type { ClusterRoot } from '../pipeline/locate.js';
import { runIdPattern } from '../pipeline/run-id.js';
import { datasetOf } from '../tables/partitions.js';
import type { FileSystems } from './file-systems.js';

/** Removes what runs that died, and this one, had waiting beside the outputs. The caller holds the lock on publishing. */
export async function sweepRoot(files: FileSystems, { outputs }: ClusterRoot): Promise<void> {
  const places = new Map<string, Set<string>>();
  for (const { path } of outputs) {
    const of = datasetOf(path) ?? path;
    places.set(dirname(of), (places.get(dirname(of)) ?? new Set()).add(basename(of)));
  }
  for (const [folder, known] of places) {
    for (const name of (await files.list(folder, false)) ?? []) {
      const [, of = '', suffix = ''] = /^\.(.+)\.([^.]+)$/.exec(name) ?? [];
      if (known.has(of) && runIdPattern.test(suffix)) await files.remove(placeIn(folder, name));
    }
  }
}
