import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAddress } from '../config/address.js';
import { checkAnyLeft } from '../pipeline/check-any-left.js';
import { constantsThroughout } from '../pipeline/constants-throughout.js';
import { findUnreadable } from '../pipeline/find-unreadable.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { ChunkFailure } from '../pipeline/staged-batch.js';
import type { SourceName } from '../sources/sources.js';
import { layDown } from './lay-down.js';
import { readableRanges } from './readable-ranges.js';
import type { Work } from './work.js';

/**
 * Opens the files of a source anew without the rows that cannot be read, which are those that the embedded engine leaves out, and gives
 * those. So is a file opened that Spark says it cannot read (`said`) and this machine can. Null where there is nothing to be opened anew.
 */
export async function leaveOutUnreadable(
  work: Work,
  source: SourceName,
  said: string,
): Promise<ChunkFailure[] | null> {
  const { run, session, script } = work;
  const failures: ChunkFailure[] = [];
  let isOpenedAnew = false;
  for (const [number, planned] of run.plan.sources[source].files.entries()) {
    await using fetched = await fetchIfAway(work, planned);
    const { file } = fetched;
    const lost = await findUnreadable(run, source, file);
    failures.push(...lost);
    if (lost.length === 0 && !isNamedIn(said, file)) continue;
    const parts = await layDown(work, source, number, file, readableRanges(file.rows, lost));
    if (!parts) return null;
    for (const statement of script.openParts(source, number, parts, constantsThroughout(file)))
      await session.run(statement);
    isOpenedAnew = true;
  }
  checkAnyLeft(run.plan, source, failures);
  return isOpenedAnew ? failures : null;
}

/** Whether Spark says that it cannot read a file. */
function isNamedIn(said: string, { path }: PlannedFile): boolean {
  return said.includes('FAILED_READ_FILE') && [path, encodeURI(path)].some((name) => said.includes(name));
}

/** A file that can be read on this machine; what is at an address is copied for as long as it is needed. */
async function fetchIfAway(
  { run, session }: Work,
  file: PlannedFile,
): Promise<{ readonly file: PlannedFile } & AsyncDisposable> {
  if (!isAddress(file.path)) return { file, [Symbol.asyncDispose]: async () => {} };
  const copy = join(run.staging, 'fetched.parquet');
  const remove = () => rm(copy, { force: true });
  try {
    await session.files.fetch(file.path, copy);
  } catch (thrown) {
    await remove();
    throw thrown;
  }
  return { file: { ...file, footer: { ...file.footer, copy } }, [Symbol.asyncDispose]: remove };
}
