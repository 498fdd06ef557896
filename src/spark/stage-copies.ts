import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { rowsIn } from '../pipeline/check-any-left.js';
import type { StagedCounts } from '../pipeline/engine.js';
import { checkInputs } from '../pipeline/snapshot.js';
import type { SourceName } from '../sources/sources.js';
import { removeCopies } from './copy-readable.js';
import { Reopened } from './reopened.js';
import { namesUnreadable, saysUnreadable } from './says-unreadable.js';
import { stageRows } from './stage-rows.js';
import { allThatSparkSaid, whatSparkSaid } from './what-spark-said.js';
import type { Work } from './work.js';

/**
 * Stages a source of which Spark cannot read all, by way of copies of what this machine can read. Throws what keeps Spark from it (`why`)
 * where nothing is to be copied.
 */
export async function stageCopies(work: Work, source: SourceName, why: EtlError): Promise<StagedCounts> {
  const { run } = work;
  run.observe({ type: 'search-started', source, reason: whatSparkSaid(why.message) });
  try {
    return await stageReadable(work, source, why);
  } catch (thrown) {
    // what was gone through may have been replaced meanwhile; a session that has ended cannot say
    if (!work.session.hasEnded) await checkInputs(run.plan.snapshot, run.files);
    throw thrown;
  } finally {
    await removeCopies(work, source);
  }
}

/** Tries once more for as long as Spark names another file that this machine reads as it is. */
async function stageReadable(work: Work, source: SourceName, why: EtlError): Promise<StagedCounts> {
  const reopened = new Reopened(work, source);
  for (let said = allThatSparkSaid(why); ; ) {
    const isReopened = await reopened.leaveOut(said).catch((cause: unknown) => {
      throw inVain(why, cause);
    });
    if (!isReopened) throw why;
    const { failures, files } = reopened;
    try {
      const rows = work.run.plan.sources[source].rows - rowsIn(failures);
      return { ...(await stageRows(work, source, rows)), failures };
    } catch (again) {
      said = again instanceof EtlError ? allThatSparkSaid(again) : '';
      if (!files.some(({ path, pieces }) => !pieces && namesUnreadable(said, path)))
        throw stillUnreadable(again, source, files);
    }
  }
}

/** What keeps this machine from looking is not what is wrong; what the embedded engine would end with is. */
function inVain({ step, message }: EtlError, cause: unknown): unknown {
  const isOutput = cause instanceof EtlError ? cause.kind === 'output' : isDiskTrouble(cause);
  if (!isOutput) return cause;
  const said = `${message}; nor can this machine copy what can be read: ${messageOf(cause)}`;
  const hint = (cause instanceof EtlError ? cause.hint : undefined) ?? hintFor(cause);
  return new EtlError('output', said, { step, hint, cause });
}

/** Names the inputs, of which Spark names pieces or none. */
function stillUnreadable(again: unknown, source: SourceName, files: Reopened['files']): unknown {
  const placesOf = ({ path, pieces }: Reopened['files'][number]) => pieces ?? [path];
  if (!(again instanceof EtlError) || !saysUnreadable(allThatSparkSaid(again), files.flatMap(placesOf)))
    return again;
  const named = files.filter((file) =>
    placesOf(file).some((place) => namesUnreadable(allThatSparkSaid(again), place)),
  );
  const meant = named.length > 0 ? named : files.filter(({ pieces }) => pieces);
  const subject = meant.map(({ path }) => path).join(', ');
  const message = `${subject}: Spark cannot read what the embedded engine can: ${whatSparkSaid(again.message)}`;
  return new EtlError('output', message, {
    step: `reading ${source}`,
    hint: 'the outputs are as they were: load it with `--engine embedded`',
    cause: again,
  });
}
