import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EtlError, hintFor, messageOf } from '../errors.js';
import { waitingName } from '../load/merge-table.js';
import { place } from '../load/publish.js';
import type { RejectExample } from '../load/survey.js';
import type { SourceName } from '../sources/sources.js';
import { rejectsRoot } from './data-root.js';
import type { StagedLoad, StagedSources } from './engine.js';
import type { Run } from './run.js';
import { rejectsFile, rowsLoaded, sum } from './summarise.js';

/** Rejects of a source that wait to be put in place. */
export interface WrittenRejects {
  readonly source: SourceName;
  readonly waiting: string;
  readonly path: string;
}

const sourceNames: readonly SourceName[] = ['rates', 'providers'];

/** Writes the rejects of each source that has any, beside the folder of the run's. Throws `output`. */
export async function writeRejects(
  run: Run,
  { sources, copyRejects }: StagedLoad,
): Promise<WrittenRejects[]> {
  const root = rejectsRoot(run.plan.dataRoot);
  const written: WrittenRejects[] = [];
  for (const source of sourceNames) {
    if (sum(sources[source].rejects) === 0) continue;
    const waiting = waitingName(join(root, `${source}.parquet`), run.id);
    written.push({ source, waiting, path: rejectsFile(run, source) });
    await makeFolder(root);
    await copyRejects(source, waiting);
  }
  return written;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const message = `${folder}: cannot be made: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'writing rejects', hint: hintFor(cause), cause });
  }
}

/** Where there are too many rejects, they are all that is put in place. Throws `data`. */
export async function checkRejects(
  run: Run,
  staged: StagedSources,
  rejects: readonly WrittenRejects[],
): Promise<void> {
  const { maxRejectRatio } = run.plan;
  for (const source of sourceNames) {
    const rows = rowsLoaded(run.plan, staged, source);
    const rejected = sum(staged[source].rejects);
    if (rejected <= maxRejectRatio * rows) continue;
    for (const file of rejects) await place(file);
    const reasons = Object.entries(staged[source].rejects).map(([reason, count]) => `${reason} ${count}`);
    const folder = dirname(rejectsFile(run, source));
    throw new EtlError(
      'data',
      `${rejected} of ${rows} ${source} rows are rejected (${reasons.join(', ')}), more than max_reject_ratio ${maxRejectRatio} allows; nothing was published`,
      { step: 'checking rejects', hint: `look at ${folder}, mend the input or raise max_reject_ratio` },
    );
  }
}

/** A rejected row for each reason that there is, by source. */
export async function findRejectExamples({ findRejects }: StagedLoad, rejects: readonly WrittenRejects[]) {
  const examples: Record<SourceName, Record<string, RejectExample>> = { rates: {}, providers: {} };
  for (const { source, waiting } of rejects) examples[source] = await findRejects(source, waiting);
  return examples;
}
