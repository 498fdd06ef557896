import { EtlError } from '../errors.js';
import type { FileState, Manifest } from './manifest.js';
import { localOutputs, type OutputFiles } from './output-files.js';
import { readManifests } from './read-manifests.js';
import { readRewritten } from './rewritten.js';
import type { Snapshot } from './snapshot.js';

/**
 * Refuses outputs that something else has changed or taken away since a run left them: facts could lose what they refer to, and keys
 * could be there twice. A file that some run left is as good, so that a backup may be put back; a data root without manifests, or a
 * fact table that is gone, is no trouble either. `known` is newer than any manifest. Throws `data`.
 */
export async function checkUntouched(
  dataRoot: string,
  outputs: Snapshot['outputs'],
  { digestOf }: Pick<OutputFiles, 'digestOf'> = localOutputs,
  known: readonly LeftBehind[] = [],
): Promise<void> {
  const unsure = new Map(Object.entries(outputs));
  const refused = new Map<string, string>();
  const areFactsThere = Boolean(outputs['fact_rate']?.found);
  const digests = new Map<string, Promise<string>>();
  const digest = (path: string) => {
    const known = digests.get(path) ?? digestOf(path);
    digests.set(path, known);
    return known;
  };
  for (const record of recordsOf(dataRoot, known)) {
    for (const [table, { path, found }] of unsure) {
      const isNeeded = areFactsThere && table !== 'fact_rate';
      const problem = await compare(record, path, found, isNeeded, digest);
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

/** Who left outputs, and how. */
export interface LeftBehind {
  readonly run_id: string;
  readonly outputs: readonly Pick<Manifest['outputs'][string], 'path' | 'left' | 'content_sha256'>[];
}

function* recordsOf(dataRoot: string, known: readonly LeftBehind[]): Generator<LeftBehind> {
  yield* known;
  for (const { run_id, outputs } of readManifests(dataRoot, () => {}))
    yield { run_id, outputs: Object.values(outputs) };
  for (const { run_id, ...output } of readRewritten(dataRoot)) yield { run_id, outputs: [output] };
}

/**
 * Null where the file is as the run left it, an empty text where the run does not know it. A file that has its time is the
 * same, as it is for make; any other is read whole.
 */
async function compare(
  { run_id: id, outputs }: LeftBehind,
  path: string,
  found: FileState | null,
  isNeeded: boolean,
  digest: (path: string) => Promise<string>,
): Promise<string | null> {
  const output = outputs.find((known) => known.path === path);
  if (!output) return '';
  const { left, content_sha256: content } = output;
  const run = `run ${id}`;
  if (!found)
    return isNeeded ? `${path}: is gone, which facts refer to; expected the file that ${run} left` : null;
  const changed = `${path}: was changed by something else; expected the file that ${run} left, of ${left.bytes} bytes`;
  if (found.bytes !== left.bytes) return `${changed}; found one of ${found.bytes}`;
  if (found.footer_sha256 !== left.footer_sha256) return `${changed}; found another footer`;
  if (found.mtime_ns === left.mtime_ns || (await digest(path)) === content) return null;
  return `${changed}; found other bytes in it`;
}
