import { EtlError } from '../errors.js';
import { localOutputs } from '../pipeline/output-files.js';
import { filesIn } from './only-file.js';
import type { Work } from './work.js';

/** A row for each task; tasks go to one executor after the other. */
export const triedRows = 32;

/**
 * Has executors that have a core free write to a scratch folder of this machine. Throws `output` where not all of that is there: one that does
 * not see the folder makes it on a disk of its own, and what it writes would be missing without a word.
 */
export async function checkShared({
  run,
  session,
  script,
}: Pick<Work, 'run' | 'session' | 'script'>): Promise<void> {
  if (run.plan.root) return;
  const { statement, folder } = script.tryScratch(triedRows);
  await session.run(statement);
  let seen = 0;
  for (const file of await filesIn(folder, localOutputs))
    seen += (await localOutputs.footerOf(file, { step: 'running Spark' })).rows;
  if (seen < triedRows)
    throw lost(`${folder}: of ${triedRows} rows that executors wrote there this machine sees ${seen}`);
}

/** What executors wrote, and is not there. */
export function lost(message: string): EtlError {
  return new EtlError('output', message, {
    step: 'running Spark',
    hint: 'every executor has to see the data root under the same path, or have spark_root (docs/scaling.md); the outputs are as they were',
  });
}
