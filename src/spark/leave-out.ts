import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAddress } from '../config/address.js';
import { checkAnyLeft } from '../pipeline/check-any-left.js';
import { checkRoom } from '../pipeline/disk-space.js';
import { findUnreadable } from '../pipeline/find-unreadable.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { ChunkFailure } from '../pipeline/staged-batch.js';
import type { SourceName } from '../sources/sources.js';
import { copyReadable } from './copy-readable.js';
import { readableRanges } from './readable-ranges.js';
import { namesUnreadable } from './says-unreadable.js';
import { unreadCodecIn } from './unread-codecs.js';
import type { Work } from './work.js';

/** A source that was opened anew without what cannot be read of it. */
export interface Reopened {
  readonly failures: readonly ChunkFailure[];
  /** Its files, and where Spark now reads each; null where it is. */
  readonly files: readonly { readonly path: string; readonly pieces: readonly string[] | null }[];
}

/**
 * Opens the files of a source anew without what cannot be read, which is what the embedded engine does without. So is a file opened that
 * Spark says it cannot read (`said`), or in a codec that it does not know, though this machine can. Null where there is nothing to be opened
 * anew.
 */
export async function leaveOutUnreadable(
  work: Work,
  source: SourceName,
  said: string,
): Promise<Reopened | null> {
  const { run, session, script } = work;
  const failures: ChunkFailure[] = [];
  const files: Reopened['files'][number][] = [];
  for (const [number, planned] of run.plan.sources[source].files.entries()) {
    const { path } = planned;
    await using fetched = await fetchIfAway(work, planned);
    const { file } = fetched;
    const { failures: lost, stretches, isSound } = await findUnreadable(run, source, file);
    failures.push(...lost);
    // it is a matter of how its pages are encoded
    const isCut = isSound && namesUnreadable(said, path);
    if (isSound && !isCut && !unreadCodecIn(source, planned)) {
      files.push({ path, pieces: null });
      continue;
    }
    const ranges = readableRanges(stretches, lost);
    const pieces = await copyReadable(work, source, number, file, { ranges, isCut });
    for (const statement of script.openPieces(source, number, pieces)) await session.run(statement);
    files.push({ path, pieces: pieces.map((piece) => piece.path) });
  }
  checkAnyLeft(run.plan, source, failures);
  return files.some(({ pieces }) => pieces) ? { failures, files } : null;
}

/** A file that can be read on this machine; what is at an address is copied for as long as it is needed. */
async function fetchIfAway(
  { run, session }: Work,
  file: PlannedFile,
): Promise<{ readonly file: PlannedFile } & AsyncDisposable> {
  if (!isAddress(file.path)) return { file, [Symbol.asyncDispose]: async () => {} };
  const copy = join(run.staging, 'fetched.parquet');
  const remove = () => rm(copy, { force: true });
  await checkRoom(run.staging, file);
  try {
    await session.files.fetch(file.path, copy);
  } catch (thrown) {
    await remove();
    throw thrown;
  }
  return { file: { ...file, footer: { ...file.footer, copy } }, [Symbol.asyncDispose]: remove };
}
