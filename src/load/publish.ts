import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EtlError, messageOf } from '../errors.js';

/** A written file and the name it is to have. */
export interface Waiting {
  readonly waiting: string | null;
  readonly path: string;
}

/**
 * Puts written files in their places, in the order given: each is synced, renamed, and its folder synced, so that a
 * reader sees the old file or the new one and a power cut loses neither. Throws `output`.
 */
export async function publish(files: readonly Waiting[]): Promise<void> {
  for (const { waiting } of files) if (waiting) await attempt(waiting, () => sync(waiting));
  for (const { waiting, path } of files) {
    if (!waiting) continue;
    await attempt(path, async () => {
      await rename(waiting, path);
      await sync(dirname(path));
    });
  }
}

/** Removes written files that are not to be published. */
export async function discard(files: readonly Waiting[]): Promise<void> {
  for (const { waiting } of files) if (waiting) await rm(waiting, { force: true });
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
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
    throw new EtlError('output', `${path}: cannot be put in place: ${messageOf(cause)}`, {
      step: 'publishing',
      hint: 'check the free space and the rights under the data root, then run the same command again',
      cause,
    });
  }
}
