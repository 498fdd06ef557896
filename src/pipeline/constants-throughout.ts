import type { PlannedFile } from './plan.js';

/** Columns that hold the same one text, or null, in all windows of a file: they are not read. */
export function constantsThroughout({
  windows,
}: Pick<PlannedFile, 'windows'>): ReadonlyMap<string, string | null> {
  const [first, ...others] = windows;
  const shared = [...(first?.constants ?? [])].filter(([column, value]) =>
    others.every(({ constants }) => constants.has(column) && constants.get(column) === value),
  );
  return new Map(shared);
}
