import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.js';
import { isThere } from './check-places.js';

/** What a system says that cannot exchange two names, or whose file system cannot. */
const notOffered = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Puts a folder in the place of another in one step, after which that one has the name that the first had: whoever lists
 * folders finds the one or the other. Where the system cannot, by two renames. `mark` is the name of a file that the new folder
 * alone holds: by it one that was exchanged before is known, and is not exchanged back.
 */
export async function exchangeFolders(next: string, path: string, mark: string): Promise<void> {
  if (await isThere(join(path, mark))) return;
  if (await isThere(path)) {
    if (await exchange(next, path)) return;
    await rename(path, `${next}.old`);
  }
  await rename(next, path);
}

async function exchange(one: string, other: string): Promise<boolean> {
  const { swapSync } = await import('fs-native-extensions');
  try {
    swapSync(one, other);
    return true;
  } catch (cause) {
    if (notOffered.includes(systemCodeOf(cause) ?? '')) return false;
    throw cause;
  }
}
