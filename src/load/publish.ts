import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { EtlError, hintFor, messageOf, systemCodeOf } from '../errors.js';
import { checkPlaces, isThere } from './check-places.js';
import { exchangeFolders } from './exchange-folders.js';

/** A written file and the name it is to have; null where the file there stays as it is. */
export interface Waiting {
  readonly waiting: string | null;
  readonly path: string;
  /** Whether it is not needed any more, and goes out of the way. */
  readonly isAside?: boolean;
  /** Of a folder that takes the place of another: the name of a file that is in the new one alone. */
  readonly mark?: string | undefined;
}

type Written = Waiting & { readonly waiting: string };

/** Where a journal is, and the folder that all of its files are below. */
export interface Journal {
  readonly path: string;
  readonly root: string;
}

/** No file of a journal is anywhere but below the root. */
const below = z.string().refine((path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..'));
const journalSchema = z.object({
  files: z.array(
    z.object({
      waiting: below,
      path: below,
      isAside: z.boolean().default(false),
      mark: below.optional(),
    }),
  ),
});

const step = 'publishing';

/**
 * Puts written files in their places, in the order given, as one: each is synced, what is to be renamed is written down,
 * and then each is renamed and its folder synced. A reader sees the old file or the new one. Whatever ends the process
 * between two renames, {@link finishPublishing} does the rest. `onPlaced` is told of each. Throws `output`.
 */
export async function publish<File extends Waiting>(
  files: readonly File[],
  journal: Journal,
  onPlaced: (file: File) => void = () => {},
): Promise<void> {
  const written = files.filter((file): file is File & Written => file.waiting !== null);
  const added = written.filter(({ isAside }) => !isAside);
  await Promise.all(added.map(({ waiting }) => attempt(waiting, () => syncAll(waiting))));
  await attempt(journal.path, () => checkPlaces(written));
  await attempt(journal.path, () => writeJournal(written, journal));
  await renameAll(written, onPlaced);
  await attempt(journal.path, () => rm(journal.path));
}

/** Finishes what a run that died had begun to publish; gives whether there was anything. Throws `output` or `data`. */
export async function finishPublishing(journal: Journal): Promise<boolean> {
  const files = await readJournal(journal);
  if (!files) return false;
  await renameAll(files);
  await attempt(journal.path, () => rm(journal.path));
  return true;
}

/** Puts a written file in its place, on its own. Throws `output`. */
export async function place(file: Written): Promise<void> {
  await attempt(file.waiting, () => sync(file.waiting));
  await renameAll([file]);
}

/** Removes written files that are not to be published. */
export async function discard(files: readonly Waiting[]): Promise<void> {
  for (const { waiting } of files) if (waiting) await rm(waiting, { recursive: true, force: true });
}

/** Whether files are named that the next run is to put in their places; also where that cannot be told. */
export async function isPublishing({ path }: Journal): Promise<boolean> {
  return isThere(path).catch(() => true);
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function renameAll<File extends Written>(
  files: readonly File[],
  onPlaced: (file: File) => void = () => {},
): Promise<void> {
  for (const file of files) {
    const { waiting, path, isAside, mark } = file;
    await attempt(path, async () => {
      await makeFolder(dirname(path));
      if (isAside) await moveAside(waiting, path);
      else if (mark !== undefined) await exchangeFolders(waiting, path, mark);
      else await renameOnce(waiting, path);
      await sync(dirname(path));
      if (isAside || mark !== undefined) await sync(dirname(waiting));
    });
    onPlaced(file);
  }
}

/** Makes a folder, and those above it, that are there after a loss of power. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await sync(dirname(made));
}

/** What was moved before is not moved again: its place may have been taken since. */
async function moveAside(waiting: string, path: string): Promise<void> {
  if (await stat(path).catch(() => null)) return;
  await rename(waiting, path);
}

/** A file that was renamed before has its new name alone. */
async function renameOnce(waiting: string, path: string): Promise<void> {
  try {
    await rename(waiting, path);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT' || !(await stat(path).catch(() => null))) throw cause;
  }
}

async function writeJournal(files: readonly Written[], { path, root }: Journal): Promise<void> {
  const entries = files.map((file) => ({
    waiting: relative(root, file.waiting),
    path: relative(root, file.path),
    ...(file.isAside && { isAside: true }),
    ...(file.mark !== undefined && { mark: file.mark }),
  }));
  const aside = join(dirname(path), `${basename(path)}.part`);
  await writeFile(aside, `${JSON.stringify({ files: entries }, null, 2)}\n`);
  await sync(aside);
  await rename(aside, path);
  await sync(dirname(path));
}

/** What a run that died was about to publish; null where there is nothing of the kind. Throws `output` or `data`. */
export async function readJournal({ path, root }: Journal): Promise<Written[] | null> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (systemCodeOf(cause) === 'ENOENT') return null;
    throw failed(path, cause);
  });
  if (text === null) return null;
  try {
    const { files } = journalSchema.parse(JSON.parse(text));
    return files.map((file) => ({
      ...file,
      waiting: join(root, file.waiting),
      path: join(root, file.path),
    }));
  } catch (cause) {
    throw new EtlError('data', `${path}: not what a run of etl1 writes there: ${messageOf(cause)}`, {
      step,
      hint: 'move that file away, then run the same command with `--force`',
      cause,
    });
  }
}

/** Syncs a file, or a folder with all that is in it. */
export async function syncAll(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  for (const name of isFolder ? await readdir(path) : []) await syncAll(join(path, name));
  await sync(path);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw cause instanceof EtlError ? cause : failed(path, cause);
  }
}

function failed(path: string, cause: unknown): EtlError {
  const message = `${path}: cannot be put in place: ${messageOf(cause)}`;
  return new EtlError('output', message, { step, hint: hintFor(cause), cause });
}
