import type { Window } from '../extract/windows.js';
import { type SourceName, sources } from '../sources/sources.js';

/** Columns that hold the same one text, or null, in all windows of a file: they are not read, but for the anchor, which always is. */
export function constantsThroughout(
  source: SourceName,
  { windows }: { readonly windows: readonly Pick<Window, 'constants'>[] },
): ReadonlyMap<string, string | null> {
  const [first, ...others] = windows;
  const shared = [...(first?.constants ?? [])].filter(
    ([column, value]) =>
      column !== sources[source].anchor &&
      others.every(({ constants }) => constants.has(column) && constants.get(column) === value),
  );
  return new Map(shared);
}
