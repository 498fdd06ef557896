import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { rowsIn } from '../pipeline/check-any-left.js';
import type { StagedCounts } from '../pipeline/engine.js';
import { checkInputs } from '../pipeline/snapshot.js';
import type { SourceName } from '../sources/sources.js';
import { removeCopies } from './copy-readable.js';
import { leaveOutUnreadable, type Reopened } from './leave-out.js';
import { namesUnreadable, saysUnreadable } from './says-unreadable.js';
import { stageRows } from './stage-rows.js';
import { whatSparkSaid } from './what-spark-said.js';
import type { Work } from './work.js';

/** Stages what is left of a source without what cannot be read. Where that is not what is wrong, it throws what was thrown. */
export async function stageRest(work: Work, source: SourceName, thrown: unknown): Promise<StagedCounts> {
  const { run, session } = work;
  // what cannot be read may have been replaced
  await checkInputs(run.plan.snapshot, run.files);
  const { files, rows } = run.plan.sources[source];
  const paths = files.map(({ path }) => path);
  if (session.hasEnded || !(thrown instanceof EtlError) || !saysUnreadable(allOf(thrown), paths))
    throw thrown;
  run.observe({ type: 'search-started', source, reason: whatSparkSaid(thrown.message) });
  try {
    const reopened = await leaveOutUnreadable(work, source, allOf(thrown)).catch((cause: unknown) => {
      throw inVain(thrown, cause);
    });
    if (!reopened) throw thrown;
    const { failures } = reopened;
    const counts = await stageRows(work, source, rows - rowsIn(failures)).catch((again: unknown) => {
      throw stillUnreadable(again, source, reopened);
    });
    return { ...counts, failures };
  } finally {
    await removeCopies(work, source);
  }
}

/** All that Spark says. */
const allOf = ({ message, cause }: EtlError): string => (cause instanceof Error ? cause.message : message);

/** What keeps this machine from looking is not what ended the load; what the embedded engine would end with is. */
function inVain({ step, message }: EtlError, cause: unknown): unknown {
  const isOutput = cause instanceof EtlError ? cause.kind === 'output' : isDiskTrouble(cause);
  if (!isOutput) return cause;
  const said = `${message}; nor can rows be left out that cannot be read: ${messageOf(cause)}`;
  const hint = (cause instanceof EtlError ? cause.hint : undefined) ?? hintFor(cause);
  return new EtlError('output', said, { step, hint, cause });
}

/** Names the inputs, of which Spark names pieces or none. */
function stillUnreadable(again: unknown, source: SourceName, { files }: Reopened): unknown {
  const placesOf = ({ path, pieces }: Reopened['files'][number]) => pieces ?? [path];
  if (!(again instanceof EtlError) || !saysUnreadable(allOf(again), files.flatMap(placesOf))) return again;
  const named = files.filter((file) => placesOf(file).some((place) => namesUnreadable(allOf(again), place)));
  const meant = named.length > 0 ? named : files.filter(({ pieces }) => pieces);
  const subject = meant.map(({ path }) => path).join(', ');
  const message = `${subject}: Spark cannot read what the embedded engine can: ${whatSparkSaid(again.message)}`;
  return new EtlError('output', message, {
    step: `reading ${source}`,
    hint: 'the outputs are as they were: load it with `--engine embedded`',
    cause: again,
  });
}
