/**
 * Waits for all of some work, also if one fails: what still writes would write into a folder that is being removed, or go on in a session
 * that others use. Gives what came of each; throws what the first in their order that fails throws.
 */
export async function together<T extends readonly Promise<unknown>[]>(...work: T) {
  await Promise.allSettled(work);
  return Promise.all(work);
}
