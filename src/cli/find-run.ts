import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';
import type { Manifest } from '../pipeline/manifest.js';

/** What stands for the run that published last. */
const latest = 'latest';

/**
 * The run of an id, of the beginning of one that no other run has, or the latest; `manifests` have the newest first. Throws `usage` where
 * there is none.
 */
export function findRun(wanted: string, dataRoot: string, manifests: readonly Manifest[]): Manifest {
  const exact = manifests.find(({ run_id }) => run_id === wanted);
  if (exact) return exact;
  if (wanted === latest && manifests[0]) return manifests[0];
  const begun = manifests.filter(({ run_id }) => wanted !== '' && run_id.startsWith(wanted));
  if (begun.length === 1 && begun[0]) return begun[0];
  const names = manifests.map(({ run_id }) => run_id);
  const found =
    begun.length > 1
      ? `${begun.length} runs in ${dataRoot} begin with ${JSON.stringify(wanted)}, such as ${begun[0]?.run_id}; expected the id of one`
      : `no run ${JSON.stringify(wanted)} in ${dataRoot}${suggestion(wanted, names)}`;
  throw new EtlError('usage', found, {
    step: 'looking for a run',
    hint: '`etl1 runs` lists those that published; one that failed is in the log alone',
  });
}
