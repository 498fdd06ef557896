import type { ChunkRange, Window } from '../extract/windows.js';
import { type SourceName, sources } from '../sources/sources.js';
import type { TransformSettings } from '../transform/rates.js';
import { batchesOf } from './batches.js';
import { RatesCodebook } from './coded-rates.js';
import { constantsThroughout } from './constants-throughout.js';
import { undecodableIn } from './find-undecodable.js';
import type { PlannedFile } from './plan.js';
import type { Run } from './run.js';

/** Rows of a file that follow one another, and their columns that are not to be read: the one value that each may be taken to have. */
export interface Stretch extends ChunkRange {
  readonly constants: ReadonlyMap<string, string | null>;
}

/**
 * All rows of a file, with the columns that are not needed: those that are constant throughout it, and those that cannot be read though
 * the embedded engine, which has staged the file, was not stopped by them. It did without them, so they may hold what the footer says, and
 * else nothing. `isRetried` tells of batches that it tried once more: there it has read all but what is constant in their window.
 */
export async function findUnneeded(
  run: Run,
  source: SourceName,
  file: PlannedFile,
  isRetried: (batch: ChunkRange) => boolean,
): Promise<{ stretches: Stretch[]; isAllDecodable: boolean }> {
  const throughout = constantsThroughout(source, file);
  const unreadOf = unreadColumns(source, file, run.plan);
  const findUndecodable = undecodableIn(run, file);
  const stretches: Stretch[] = [];
  let isAllDecodable = true;
  for (const window of file.windows) {
    const found = await findUndecodable(window, unreadOf(window));
    if (found.length > 0) isAllDecodable = false;
    for (const batch of batchesOf(window, 1)) {
      const unneeded = isRetried(batch) ? found.filter((column) => window.constants.has(column)) : found;
      const values = unneeded.map((column) => [column, window.constants.get(column) ?? null] as const);
      const { firstRow, rows } = batch;
      append(stretches, { firstRow, rows, constants: new Map([...throughout, ...values]) });
    }
  }
  return { stretches, isAllDecodable };
}

/** Makes the function that names the columns of a window that can be staged without being read. */
function unreadColumns(source: SourceName, file: PlannedFile, settings: TransformSettings) {
  const { anchor } = sources[source];
  const codebook = source === 'rates' ? new RatesCodebook(file, settings) : null;
  return (window: Window): string[] => {
    const coded = codebook?.plan(file, window);
    const isUnread = (column: string) =>
      window.constants.has(column) || (coded && !coded.columns.includes(column));
    return [...file.layout].flatMap(([column, { kind }]) =>
      column !== anchor && kind !== 'null' && isUnread(column) ? column : [],
    );
  };
}

/** Neighbours without the same columns are one stretch. */
function append(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  if (last && isSame(last.constants, next.constants))
    stretches.splice(-1, 1, { ...last, rows: last.rows + next.rows });
  else stretches.push(next);
}

const isSame = (one: Stretch['constants'], other: Stretch['constants']): boolean =>
  one.size === other.size &&
  [...one].every(([column, value]) => other.get(column) === value && other.has(column));
