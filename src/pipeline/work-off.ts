/**
 * Works on tasks side by side, as many as `workers` allows at the time. After a failure none is begun, and it is thrown
 * once none is worked on any more: what still writes would write into a folder that is being removed.
 */
export async function workOff<Task, Result>(
  tasks: AsyncIterable<Task>,
  work: (task: Task) => Promise<Result>,
  workers: () => number,
): Promise<Result[]> {
  const results: Result[] = [];
  const running = new Set<Promise<void>>();
  // kept, because nobody may be waiting at the moment when it comes
  const failures: unknown[] = [];
  const run = async (task: Task) => {
    try {
      results.push(await work(task));
    } catch (cause) {
      failures.push(cause);
    }
  };
  const begin = (task: Task) => {
    const ended = run(task).finally(() => running.delete(ended));
    running.add(ended);
  };
  try {
    for await (const task of tasks) {
      if (failures.length > 0) break;
      begin(task);
      while (failures.length === 0 && running.size >= workers()) await Promise.race(running);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
  return results;
}

/** Gives what some work comes to, item by item; as many as `ahead` allows are worked on in advance. */
export async function* inAdvance<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  ahead: () => number,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for (const item of items) {
      const result = work(item);
      result.catch(() => {});
      begun.push(result);
      while (begun.length > ahead()) yield* oldest(begun);
    }
    while (begun.length > 0) yield* oldest(begun);
  } finally {
    await Promise.allSettled(begun);
  }
}

async function* oldest<Result>(begun: Promise<Result>[]): AsyncGenerator<Result> {
  const result = begun.shift();
  if (result) yield await result;
}
