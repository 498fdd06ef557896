import type { Run } from './run.js';
import type { Staging } from './stage-source.js';

/** Rows that are read together are in memory more than once. */
const mostShare = 1 / 8;

/** How a run stages a source into a folder, as its plan has it. */
export function makeStaging(
  { plan, staging, memory, observe, signal }: Run,
  folder: string,
): Omit<Staging, 'isWary' | 'done'> {
  const { budget, payerSlugOverride, onChunkError } = plan;
  return {
    folder,
    scratch: staging,
    settings: { payerSlugOverride },
    rowsAtOnce: budget.rowsAtOnce,
    mostBytes: budget.memoryLimitMb * 2 ** 20 * mostShare,
    onChunkError,
    concurrency: budget.threads,
    memory,
    observe,
    signal,
  };
}
