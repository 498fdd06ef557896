/**
 * Does work on items side by side, and gives what came of each. Throws what the first in their order that fails throws, once all have ended: what
 * is still at work would go on in a session that others use.
 */
export async function sideBySide<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const ended = await Promise.allSettled(items.map(work));
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
