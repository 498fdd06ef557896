import { isDeepStrictEqual } from 'node:util';
import type { FileState, Manifest } from './manifest.js';
import type { Rewritten } from './rewritten.js';
import type { Snapshot } from './snapshot.js';

type States = ReadonlyMap<string, FileState | null>;

/**
 * The run that has done already what a load is to do; null where there is none, or where it is not sure.
 *
 * Manifests, newest first, must lead from the outputs as they are now back to that run without a gap: each left what the
 * next one found, and the newest left what is there. A file that was removed, restored or rewritten by anything else,
 * or by a run without a manifest, is such a gap. Runs in between may only have added what was not there; what wrote the facts
 * another way (`rewritten`, newest first) says what it made them of.
 */
export function findUnchanged(
  snapshot: Snapshot,
  manifests: Iterable<Manifest>,
  rewritten: readonly Rewritten[] = [],
): Manifest | null {
  let expected = beforeRewriting(foundBy(snapshot), rewritten);
  for (const manifest of manifests) {
    const left = leftBy(manifest);
    // outputs elsewhere below the same data root
    if (![...left.keys()].some((path) => expected.has(path))) continue;
    if (!isDeepStrictEqual(left, expected)) return null;
    if (isSameLoad(manifest, snapshot)) return manifest;
    const found = foundBy(manifest);
    const changedNothing = isDeepStrictEqual(left, found);
    expected = beforeRewriting(found, rewritten);
    // what a later run added, a load that replaces might take away again
    if (!changedNothing && !(onlyAdds(manifest) && snapshot.settings.mode === 'upsert')) return null;
  }
  return null;
}

/** What outputs were before their facts were written another way, maybe more than once. */
function beforeRewriting(states: States, rewritten: readonly Rewritten[]): States {
  const before = new Map(states);
  for (const { path, left, from } of rewritten) {
    if (!isDeepStrictEqual(before.get(path), left)) continue;
    before.delete(path);
    before.set(from.path, from.found);
  }
  return before;
}

function foundBy({ outputs }: Snapshot | Manifest): States {
  return new Map(Object.values(outputs).map(({ path, found }) => [path, found]));
}

function leftBy({ outputs }: Manifest): States {
  return new Map(Object.values(outputs).map(({ path, left }) => [path, left]));
}

function isSameLoad({ inputs, ...manifest }: Manifest, snapshot: Snapshot): boolean {
  const same = ['payer', 'state', 'period', 'program_version', 'settings'] as const;
  return (
    same.every((key) => isDeepStrictEqual(manifest[key], snapshot[key])) &&
    (['rates', 'providers'] as const).every((source) =>
      isDeepStrictEqual(
        inputs[source].map(({ rows, ...file }) => file),
        snapshot.inputs[source],
      ),
    )
  );
}

function onlyAdds({ settings }: Manifest): boolean {
  return settings.mode === 'upsert' && settings.dimension_conflict === 'fill';
}
