import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inAdvance, workOff } from '../../../src/pipeline/work-off.js';

/** Work that ends when it is told to, and says what was begun and what has ended. */
class Bench {
  readonly begun: number[] = [];
  readonly ended: number[] = [];
  most = 0;
  readonly #waiting = new Map<number, { succeed: () => void; fail: (cause: Error) => void }>();

  readonly work = async (task: number): Promise<string> => {
    this.begun.push(task);
    this.most = Math.max(this.most, this.begun.length - this.ended.length);
    try {
      await new Promise<void>((succeed, fail) => {
        this.#waiting.set(task, { succeed, fail });
      });
      return `result ${task}`;
    } finally {
      this.ended.push(task);
    }
  };

  /** Ends a task, and lets whoever waits for it go on. */
  async end(task: number): Promise<void> {
    this.#waiting.get(task)?.succeed();
    await turn();
  }

  async fail(task: number): Promise<void> {
    this.#waiting.get(task)?.fail(new Error(`failure ${task}`));
    await turn();
  }
}

async function* give(...tasks: readonly number[]): AsyncGenerator<number> {
  yield* tasks;
}

/** Watches a promise: what it has come to by now. */
function watch<Value>(promise: Promise<Value>): { outcome: string; readonly done: Promise<Value> } {
  const watched = { outcome: 'pending', done: promise };
  promise.then(
    () => {
      watched.outcome = 'resolved';
    },
    (cause: unknown) => {
      watched.outcome = String(cause);
    },
  );
  return watched;
}

/** Takes all that a generator gives, at once as it comes. */
function collect<Item>(items: AsyncIterable<Item>) {
  const given: Item[] = [];
  const take = async () => {
    for await (const item of items) given.push(item);
  };
  return { given, watched: watch(take()) };
}

const unhandled: unknown[] = [];
const remember = (cause: unknown) => unhandled.push(cause);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', remember);
});

afterEach(async () => {
  await turn();
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

describe('workOff', () => {
  it('gives nothing for no tasks', async () => {
    expect(await workOff(give(), new Bench().work, () => 3)).toEqual([]);
  });

  it.each([
    [1, [1]],
    [2, [1, 2]],
    [3, [1, 2, 3]],
    [9, [1, 2, 3, 4, 5]],
  ])('works on %d at a time', async (workers, first) => {
    const bench = new Bench();
    const { done } = watch(workOff(give(1, 2, 3, 4, 5), bench.work, () => workers));
    await turn();
    expect(bench.begun).toEqual(first);
    for (const task of [1, 2, 3, 4, 5]) await bench.end(task);
    expect(await done).toHaveLength(5);
    expect(bench.begun).toEqual([1, 2, 3, 4, 5]);
    expect(bench.most).toBe(Math.min(workers, 5));
  });

  it('takes no task before there is room for it', async () => {
    const bench = new Bench();
    const taken: number[] = [];
    async function* tasks() {
      for (const task of [1, 2, 3]) {
        taken.push(task);
        yield task;
      }
    }
    const { done } = watch(workOff(tasks(), bench.work, () => 2));
    await turn();
    expect(taken).toEqual([1, 2]);
    for (const task of [1, 2, 3]) await bench.end(task);
    await done;
  });

  it('gives results as they come', async () => {
    const bench = new Bench();
    const { done } = watch(workOff(give(1, 2, 3), bench.work, () => 9));
    await turn();
    for (const task of [2, 3, 1]) await bench.end(task);
    expect(await done).toEqual(['result 2', 'result 3', 'result 1']);
  });

  it('asks each time how many may be worked on', async () => {
    const bench = new Bench();
    let workers = 3;
    const { done } = watch(workOff(give(1, 2, 3, 4, 5, 6), bench.work, () => workers));
    await turn();
    expect(bench.begun).toEqual([1, 2, 3]);
    workers = 1;
    await bench.end(1);
    await bench.end(2);
    expect(bench.begun).toEqual([1, 2, 3]);
    await bench.end(3);
    expect(bench.begun).toEqual([1, 2, 3, 4]);
    workers = 3;
    await bench.end(4);
    expect(bench.begun).toEqual([1, 2, 3, 4, 5, 6]);
    await bench.end(5);
    await bench.end(6);
    expect(await done).toHaveLength(6);
  });

  it('begins nothing after a failure, and throws once all has ended', async () => {
    const bench = new Bench();
    const watched = watch(workOff(give(1, 2, 3, 4, 5), bench.work, () => 3));
    await turn();
    await bench.fail(2);
    expect(watched.outcome).toBe('pending');
    await bench.end(1);
    expect(watched.outcome).toBe('pending');
    await bench.end(3);
    expect(watched.outcome).toBe('Error: failure 2');
    expect(bench.begun).toEqual([1, 2, 3]);
  });

  it('throws the first of several failures', async () => {
    const bench = new Bench();
    const watched = watch(workOff(give(1, 2, 3), bench.work, () => 9));
    await turn();
    await bench.fail(3);
    await bench.fail(1);
    await bench.end(2);
    expect(watched.outcome).toBe('Error: failure 3');
  });

  it('throws a failure of two tasks at once', async () => {
    const bench = new Bench();
    const watched = watch(workOff(give(1, 2, 3, 4), bench.work, () => 2));
    await turn();
    await Promise.all([bench.end(1), bench.fail(2)]);
    for (const task of [3, 4]) await bench.end(task);
    expect(watched.outcome).toBe('Error: failure 2');
  });

  it('throws a failure while it waits for the next task', async () => {
    const bench = new Bench();
    let give = () => {};
    async function* tasks() {
      yield 1;
      await new Promise<void>((resume) => {
        give = resume;
      });
      yield 2;
    }
    const watched = watch(workOff(tasks(), bench.work, () => 3));
    await turn();
    await bench.fail(1);
    give();
    await turn();
    await bench.end(2);
    expect(watched.outcome).toBe('Error: failure 1');
  });

  it('throws a failure while it waits for the end of tasks', async () => {
    const bench = new Bench();
    let finish = () => {};
    async function* tasks() {
      yield 1;
      await new Promise<void>((resume) => {
        finish = resume;
      });
    }
    const watched = watch(workOff(tasks(), bench.work, () => 3));
    await turn();
    await bench.fail(1);
    finish();
    await turn();
    expect(watched.outcome).toBe('Error: failure 1');
  });

  it('closes the tasks after a failure', async () => {
    const bench = new Bench();
    let isClosed = false;
    async function* tasks() {
      try {
        yield* give(1, 2, 3);
      } finally {
        isClosed = true;
      }
    }
    const watched = watch(workOff(tasks(), bench.work, () => 1));
    await turn();
    await bench.fail(1);
    expect([watched.outcome, isClosed]).toEqual(['Error: failure 1', true]);
  });

  it('throws what the tasks throw, once all has ended', async () => {
    const bench = new Bench();
    async function* tasks() {
      yield* give(1, 2);
      throw new Error('no more tasks');
    }
    const watched = watch(workOff(tasks(), bench.work, () => 9));
    await turn();
    expect(bench.begun).toEqual([1, 2]);
    await bench.end(1);
    expect(watched.outcome).toBe('pending');
    await bench.fail(2);
    expect(watched.outcome).toBe('Error: no more tasks');
  });

  it('throws what work throws before it is a promise, once all has ended', async () => {
    const bench = new Bench();
    const work = (task: number) => {
      if (task === 2) throw new Error('not begun');
      return bench.work(task);
    };
    const watched = watch(workOff(give(1, 2, 3), work, () => 9));
    await turn();
    expect(watched.outcome).toBe('pending');
    await bench.end(1);
    expect(watched.outcome).toBe('Error: not begun');
    expect(bench.begun).toEqual([1]);
  });
});

describe('inAdvance', () => {
  it('gives nothing for no items', async () => {
    const { given, watched } = collect(inAdvance([], new Bench().work, () => 3));
    await watched.done;
    expect(given).toEqual([]);
  });

  it.each([
    [0, [1]],
    [1, [1, 2]],
    [2, [1, 2, 3]],
    [9, [1, 2, 3, 4]],
  ])('works on %d in advance', async (ahead, first) => {
    const bench = new Bench();
    const { given, watched } = collect(inAdvance([1, 2, 3, 4], bench.work, () => ahead));
    await turn();
    expect(bench.begun).toEqual(first);
    for (const task of [1, 2, 3, 4]) await bench.end(task);
    await watched.done;
    expect(given).toEqual(['result 1', 'result 2', 'result 3', 'result 4']);
    expect(bench.most).toBe(Math.min(ahead + 1, 4));
  });

  it('keeps the order of items, whichever is done first', async () => {
    const bench = new Bench();
    const { given, watched } = collect(inAdvance([1, 2, 3], bench.work, () => 2));
    await turn();
    await bench.end(3);
    await bench.end(2);
    expect(given).toEqual([]);
    await bench.end(1);
    await watched.done;
    expect(given).toEqual(['result 1', 'result 2', 'result 3']);
  });

  it('asks each time how many may be worked on in advance', async () => {
    const bench = new Bench();
    let ahead = 2;
    const { watched } = collect(inAdvance([1, 2, 3, 4, 5], bench.work, () => ahead));
    await turn();
    expect(bench.begun).toEqual([1, 2, 3]);
    ahead = 0;
    await bench.end(1);
    await bench.end(2);
    expect(bench.begun).toEqual([1, 2, 3]);
    await bench.end(3);
    expect(bench.begun).toEqual([1, 2, 3, 4]);
    await bench.end(4);
    await bench.end(5);
    await watched.done;
  });

  it('begins nothing more while nobody takes what is done', async () => {
    const bench = new Bench();
    const results = inAdvance([1, 2, 3, 4], bench.work, () => 1);
    expect(bench.begun).toEqual([]);
    const first = results.next();
    await turn();
    await bench.end(1);
    await bench.end(2);
    expect(await first).toEqual({ done: false, value: 'result 1' });
    expect(bench.begun).toEqual([1, 2]);
    await results.return(undefined);
  });

  it('begins nothing after a failure, and throws once all has ended', async () => {
    const bench = new Bench();
    const { given, watched } = collect(inAdvance([1, 2, 3, 4], bench.work, () => 2));
    await turn();
    await bench.fail(1);
    expect(watched.outcome).toBe('pending');
    await bench.end(2);
    await bench.fail(3);
    expect(watched.outcome).toBe('Error: failure 1');
    expect([given, bench.begun]).toEqual([[], [1, 2, 3]]);
  });

  it('gives what comes before a failure', async () => {
    const bench = new Bench();
    const { given, watched } = collect(inAdvance([1, 2, 3], bench.work, () => 2));
    await turn();
    await bench.fail(2);
    await bench.end(3);
    expect(watched.outcome).toBe('pending');
    await bench.end(1);
    expect([given, watched.outcome]).toEqual([['result 1'], 'Error: failure 2']);
  });

  it('waits for what was begun when nobody wants more', async () => {
    const bench = new Bench();
    const results = inAdvance([1, 2, 3, 4], bench.work, () => 2);
    const first = results.next();
    await turn();
    await bench.end(1);
    await first;
    const left = watch(results.return(undefined));
    await bench.end(2);
    expect(left.outcome).toBe('pending');
    await bench.fail(3);
    expect(left.outcome).toBe('resolved');
    expect(bench.begun).toEqual([1, 2, 3]);
  });

  it('throws what work throws before it is a promise, once all has ended', async () => {
    const bench = new Bench();
    const work = (task: number) => {
      if (task === 2) throw new Error('not begun');
      return bench.work(task);
    };
    const { given, watched } = collect(inAdvance([1, 2, 3], work, () => 2));
    await turn();
    expect(watched.outcome).toBe('pending');
    await bench.end(1);
    expect([given, watched.outcome]).toEqual([[], 'Error: not begun']);
  });
});
