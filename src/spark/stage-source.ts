import { EtlError } from '../errors.js';
import { rowsIn } from '../pipeline/check-any-left.js';
import { clocked } from '../pipeline/clock.js';
import type { StagedCounts } from '../pipeline/engine.js';
import { checkInputs } from '../pipeline/snapshot.js';
import { addUp } from '../pipeline/staged-batch.js';
import { finishStep, StepProgress } from '../pipeline/step-progress.js';
import type { SourceName } from '../sources/sources.js';
import { leaveOutUnreadable } from './leave-out.js';
import { numbersOf, reasonsOf } from './rows.js';
import type { Work } from './work.js';

/**
 * Stages a source. Where that fails, rows that cannot be read are looked for, and it is staged once more without them. Throws `data`, `input`
 * or `output`.
 */
export async function stageSource(work: Work, source: SourceName): Promise<StagedCounts> {
  const { run, session } = work;
  const { rows } = run.plan.sources[source];
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
    stageRows(work, source, rows).catch((thrown: unknown) => stageRest(work, source, thrown)),
  );
  session.onProgress = () => {};
  step.advance(rows, rows);
  finishStep(run, source, rows, counts.stagedRows);
  return counts;
}

/** Stages rows that can all be read. */
async function stageRows({ session, script }: Work, source: SourceName, rows: number): Promise<StagedCounts> {
  for (const statement of script.stage(source)) await session.run(statement);
  const { accepted = 0, ...warnings } = numbersOf(await session.rows(script.countStaged(source)));
  let rejects: StagedCounts['rejects'] = {};
  if (accepted < rows) {
    for (const statement of script.keepRejects(source)) await session.run(statement);
    rejects = reasonsOf(await session.rows(script.countRejects(source)));
  }
  return { rejects, warnings: addUp([warnings]), stagedRows: accepted, failures: [], resumedChunks: 0 };
}

/** Stages what is left of a source without rows that cannot be read. Where there are none such, it throws what was thrown. */
async function stageRest(work: Work, source: SourceName, thrown: unknown): Promise<StagedCounts> {
  const { run, session } = work;
  // what cannot be read may have been replaced
  await checkInputs(run.plan.snapshot, run.files);
  if (session.hasEnded || !(thrown instanceof EtlError) || thrown.kind !== 'output') throw thrown;
  const failures = await leaveOutUnreadable(work, source, thrown.message);
  if (!failures) throw thrown;
  const counts = await stageRows(work, source, run.plan.sources[source].rows - rowsIn(failures));
  return { ...counts, failures };
}
