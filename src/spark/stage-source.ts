import { clocked } from '../pipeline/clock.js';
import type { StagedCounts } from '../pipeline/engine.js';
import { finishStep, StepProgress } from '../pipeline/step-progress.js';
import type { SourceName } from '../sources/sources.js';
import { stageCopies } from './stage-copies.js';
import { stageRest } from './stage-rest.js';
import { stageRows } from './stage-rows.js';
import { unreadCodecIn } from './unread-codecs.js';
import type { Work } from './work.js';

/**
 * Stages a source. Where Spark turns out to be unable to read it, rows that cannot be read are looked for, and it is staged once more without
 * them; what is told of progress then begins anew. Where it is known beforehand, they are looked for at once. Throws `data`, `input` or `output`.
 */
export async function stageSource(work: Work, source: SourceName): Promise<StagedCounts> {
  const { run, session } = work;
  const { rows, files } = run.plan.sources[source];
  const [unread] = files.flatMap((file) => unreadCodecIn(source, file) ?? []);
  const step = new StepProgress(run.observe, source, rows);
  session.onProgress = ({ done, of }) =>
    run.observe({
      type: 'progressed',
      step: source,
      done: Math.floor((rows * done) / of),
      of: rows,
      rows: 0,
    });
  const counts = await clocked(run.steps, source, () =>
    unread
      ? stageCopies(work, source, unread)
      : stageRows(work, source, rows).catch((thrown: unknown) => stageRest(work, source, thrown)),
  );
  session.onProgress = () => {};
  step.advance(rows, rows);
  finishStep(run, source, rows, counts.stagedRows);
  return counts;
}
