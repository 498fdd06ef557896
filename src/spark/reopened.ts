import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAddress } from '../config/address.js';
import { checkAnyLeft } from '../pipeline/check-any-left.js';
import { checkRoom } from '../pipeline/disk-space.js';
import { findUnreadable, type Unreadable } from '../pipeline/find-unreadable.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { ChunkFailure } from '../pipeline/staged-batch.js';
import type { SourceName } from '../sources/sources.js';
import { copyReadable } from './copy-readable.js';
import { readableRanges } from './readable-ranges.js';
import { namesUnreadable } from './says-unreadable.js';
import { unreadCodecIn } from './unread-codecs.js';
import type { Work } from './work.js';

/** What came of going through a file of a source. */
interface Looked {
  readonly found: Unreadable;
  /** What Spark now reads instead of it; null where it still reads the file. */
  readonly pieces: readonly string[] | null;
}

/** A source that was opened anew without what cannot be read of it: its files in order, as far as they are known. */
export class Reopened {
  readonly #work: Work;
  readonly #source: SourceName;
  readonly #looked = new Map<PlannedFile, Looked>();

  constructor(work: Work, source: SourceName) {
    this.#work = work;
    this.#source = source;
  }

  get failures(): ChunkFailure[] {
    return [...this.#looked.values()].flatMap(({ found }) => found.failures);
  }

  /** Its files, and where Spark now reads each; null where it is. */
  get files(): { readonly path: string; readonly pieces: readonly string[] | null }[] {
    return [...this.#looked].map(([{ path }, { pieces }]) => ({ path, pieces }));
  }

  /**
   * Opens the files of the source anew without what cannot be read, which is what the embedded engine does without. So is a file opened that
   * Spark says it cannot read (`said`), or in a codec that it does not know, though this machine can. What was gone through before is not
   * once more. Gives false where nothing is opened anew.
   */
  async leaveOut(said: string): Promise<boolean> {
    const { plan } = this.#work.run;
    for (const [number, planned] of plan.sources[this.#source].files.entries())
      this.#looked.set(planned, await this.#look(number, planned, said));
    checkAnyLeft(plan, this.#source, this.failures);
    return this.files.some(({ pieces }) => pieces);
  }

  async #look(number: number, planned: PlannedFile, said: string): Promise<Looked> {
    const { run, session, script } = this.#work;
    const before = this.#looked.get(planned);
    const isNamed = namesUnreadable(said, planned.path);
    if (before && (before.pieces || !isNamed)) return before;
    await using fetched = await fetchIfAway(this.#work, planned);
    const { file } = fetched;
    const found = before?.found ?? (await findUnreadable(run, this.#source, file));
    // it is a matter of how its pages are encoded
    const isCut = found.isSound && isNamed;
    if (found.isSound && !isCut && !unreadCodecIn(this.#source, planned)) return { found, pieces: null };
    const ranges = readableRanges(found.stretches, found.failures);
    const pieces = await copyReadable(this.#work, this.#source, number, file, { ranges, isCut });
    for (const statement of script.openPieces(this.#source, number, pieces)) await session.run(statement);
    return { found, pieces: pieces.map(({ path }) => path) };
  }
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
