import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemCodeOf } from '../errors.js';
import { runsFolder } from './data-root.js';
import { type Manifest, manifestSchema } from './manifest.js';

/**
 * The manifests of a data root, the last written first, each read when it is asked for. One that cannot be read is left
 * out, and `complain` is told why: a record that is damaged must not stop a load.
 */
export function* readManifests(dataRoot: string, complain: (problem: string) => void): Generator<Manifest> {
  for (const path of listManifests(runsFolder(dataRoot), complain)) {
    const manifest = readManifest(path, complain);
    if (manifest) yield manifest;
  }
}

function listManifests(folder: string, complain: (problem: string) => void): string[] {
  try {
    // a name only tells the second in which its run began
    const writtenAt = (path: string) => statSync(path, { bigint: true }).mtimeNs;
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.json$/.test(name))
      .map((name) => join(folder, name))
      .map((path) => ({ path, at: writtenAt(path) }))
      .sort((one, other) => Number(other.at - one.at))
      .map(({ path }) => path);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') complain(`${folder}: ${messageOf(cause)}`);
    return [];
  }
}

function readManifest(path: string, complain: (problem: string) => void): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    complain(`${path}: not the record of a run: ${messageOf(cause)}`);
    return null;
  }
}
