import { EtlError } from '../errors.js';
import type { SourceName } from '../sources/sources.js';
import type { Plan } from './plan.js';
import type { ChunkFailure } from './staged-batch.js';

/** Throws `input` where nothing of a source could be read. */
export function checkAnyLeft(
  { sources, only }: Pick<Plan, 'sources' | 'only'>,
  source: SourceName,
  failures: readonly ChunkFailure[],
): void {
  const lost = rowsIn(failures);
  // of rows that failed before, all may fail again
  if (lost === 0 || lost < sources[source].rowsToRead || only) return;
  const [first] = failures;
  throw new EtlError('input', `none of the ${lost} rows of ${source} could be read: ${first?.reason}`, {
    step: `reading ${source}`,
    hint: 'if the file is damaged, fetch it again from where it came; nothing was published',
  });
}

/** The rows that were left out. */
export function rowsIn(failures: readonly Pick<ChunkFailure, 'rows'>[]): number {
  return failures.reduce((sum, { rows }) => sum + rows, 0);
}
