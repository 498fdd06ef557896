import { EtlError } from '../errors.js';
import type { FileState, Manifest } from './manifest.js';
import { readManifests } from './read-manifests.js';
import type { Snapshot } from './snapshot.js';

/**
 * Refuses outputs that something else has changed or taken away since a run left them: facts could lose what they refer to, and keys
 * could be there twice. A file that some run left is as good, so that a backup may be put back; a data root without manifests, or a
 * fact table that is gone, is no trouble either. Throws `data`.
 */
export function checkUntouched(dataRoot: string, outputs: Snapshot['outputs']): void {
  const unsure = new Map(Object.entries(outputs));
  const refused = new Map<string, string>();
  const areFactsThere = Boolean(outputs['fact_rate']?.found);
  for (const manifest of readManifests(dataRoot, () => {})) {
    for (const [table, { path, found }] of unsure) {
      const problem = compare(manifest, path, found, areFactsThere && table !== 'fact_rate');
      if (problem === null) unsure.delete(table);
      if (problem === null) refused.delete(table);
      else if (problem !== '') refused.set(table, refused.get(table) ?? problem);
    }
    if (unsure.size === 0) return;
  }
  const [problem] = refused.values();
  if (problem === undefined) return;
  throw new EtlError('data', problem, {
    step: 'checking outputs',
    hint: 'put the file back from a backup; or take what is there as it is with `--force`, and load every payer again that is in it',
  });
}

/** Null where the file is as the run left it, an empty text where the run does not know it. */
function compare(
  manifest: Manifest,
  path: string,
  found: FileState | null,
  isNeeded: boolean,
): string | null {
  const left = Object.values(manifest.outputs).find((output) => output.path === path)?.left;
  if (!left) return '';
  const run = `run ${manifest.run_id}`;
  if (!found)
    return isNeeded ? `${path}: is gone, which facts refer to; expected the file that ${run} left` : null;
  if (found.bytes === left.bytes && found.footer_sha256 === left.footer_sha256) return null;
  return `${path}: was changed by something else; expected the file that ${run} left, of ${left.bytes} bytes; found one of ${found.bytes}`;
}
