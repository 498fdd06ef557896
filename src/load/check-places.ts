import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EtlError, systemCodeOf } from '../errors.js';

/** What is to be renamed, and to where. */
interface Move {
  readonly waiting: string;
  readonly path: string;
  /** Whether it is a folder that takes the place of another. */
  readonly mark?: string | undefined;
}

/**
 * Makes sure that every file can be renamed to its place: what is begun and cannot be finished would keep all who come later
 * from publishing. Throws `output`, or what a call of the file system does.
 */
export async function checkPlaces(moves: readonly Move[]): Promise<void> {
  const folders = new Map<string, bigint>();
  for (const { waiting, path, mark } of moves) {
    const folder = dirname(path);
    const device = folders.get(folder) ?? (await deviceOf(folder));
    folders.set(folder, device);
    const state = await lstat(waiting, { bigint: true });
    if (state.dev !== device) throw refusal(path, 'is on another file system than what is written for it');
    if (state.isDirectory()) await access(waiting, constants.W_OK);
    if (mark !== undefined) await access(path, constants.W_OK);
    else if (await isInTheWay(path, state.isDirectory()))
      throw refusal(path, `is in the way; expected ${state.isDirectory() ? 'nothing' : 'a file'} there`);
  }
}

/** The file system that a folder is on, or is to be: it has to let files be put there. */
async function deviceOf(folder: string): Promise<bigint> {
  try {
    const { dev } = await stat(folder, { bigint: true });
    await access(folder, constants.W_OK | constants.X_OK);
    return dev;
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT' || (await isThere(folder))) throw cause;
    return deviceOf(dirname(folder));
  }
}

/** Whether what lies in a place is not replaced by a rename: of a folder all but an empty one. */
async function isInTheWay(path: string, byFolder: boolean): Promise<boolean> {
  if (!(await isThere(path))) return false;
  const isFolder = (await lstat(path)).isDirectory();
  return byFolder ? !isFolder || (await readdir(path)).length > 0 : isFolder;
}

/** Whether something has a name, be it a link to nothing. Throws where that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '')) return false;
    throw cause;
  }
}

function refusal(path: string, problem: string): EtlError {
  return new EtlError('output', `${path}: ${problem}; nothing was published`, {
    step: 'publishing',
    hint: 'move it away, or choose another `--data-root`, then run the same command again',
  });
}
