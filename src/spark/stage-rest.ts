import { EtlError } from '../errors.js';
import type { StagedCounts } from '../pipeline/engine.js';
import { checkInputs } from '../pipeline/snapshot.js';
import type { SourceName } from '../sources/sources.js';
import { saysUnreadable } from './says-unreadable.js';
import { stageCopies } from './stage-copies.js';
import { allThatSparkSaid } from './what-spark-said.js';
import type { Work } from './work.js';

/** Stages what is left of a source without what cannot be read. Where that is not what is wrong, it throws what was thrown. */
export async function stageRest(work: Work, source: SourceName, thrown: unknown): Promise<StagedCounts> {
  const { run, session } = work;
  // what cannot be read may have been replaced
  await checkInputs(run.plan.snapshot, run.files);
  const paths = run.plan.sources[source].files.map(({ path }) => path);
  if (session.hasEnded || !(thrown instanceof EtlError) || !saysUnreadable(allThatSparkSaid(thrown), paths))
    throw thrown;
  return stageCopies(work, source, thrown);
}
