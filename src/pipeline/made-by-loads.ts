import { isDeepStrictEqual } from 'node:util';
import type { FileState } from './manifest.js';
import { readManifests } from './read-manifests.js';

/**
 * Whether loads alone have written all that is in a file: their manifests lead from it as it is back to a run that found none, without
 * a gap. Where somebody else wrote rows, under keys of his own, there is one.
 */
export function isMadeByLoads(dataRoot: string, path: string, found: FileState | null): boolean {
  let state: FileState | null = found;
  for (const { outputs } of readManifests(dataRoot, () => {})) {
    const output = Object.values(outputs).find((known) => known.path === path);
    if (!output) continue;
    if (!isDeepStrictEqual(output.left, state)) return false;
    if (!output.found) return true;
    state = output.found;
  }
  return false;
}
