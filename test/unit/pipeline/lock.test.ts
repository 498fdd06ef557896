import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Lock, lookAtLock, makeHolder } from '../../../src/pipeline/lock.js';
import { withFolder } from '../../support/load-pair.js';

const holder = makeHolder('20250801T000000Z-abcdef', 'aetna', new Date('2025-08-01T00:00:00Z'));
const signal = new AbortController().signal;

/** A process of its own that takes a lock and keeps it until it is killed. */
async function lockElsewhere(path: string) {
  const script = `${path}.mjs`;
  const library = new URL('../../../node_modules/fs-native-extensions/index.js', import.meta.url);
  writeFileSync(
    script,
    `import { openSync } from 'node:fs';
     import extensions from ${JSON.stringify(library.href)};
     process.send(extensions.tryLock(openSync(${JSON.stringify(path)}, 'a+')));
     setInterval(() => {}, 1000);`,
  );
  const child = fork(script);
  const [isTaken] = await once(child, 'message');
  return { child, isTaken };
}

describe('a lock', () => {
  it('is held by one at a time, which says who it is since when', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'locks/a.lock');
      const lock = await Lock.take(path, holder, 'payer aetna');
      await expect(Lock.take(path, holder, 'payer aetna')).rejects.toMatchObject({
        kind: 'busy',
        exitCode: 75,
        message: expect.stringMatching(
          /^payer aetna is being loaded already: by run 20250801T000000Z-abcdef of payer aetna, process \d+ on \S+, since 2025-08-01T00:00:00\.000Z$/,
        ),
      });
      expect(await Lock.tryTake(path, holder)).toBeNull();
      await lock[Symbol.asyncDispose]();
      expect(readFileSync(path, 'utf8')).toBe('');
      await using again = await Lock.tryTake(path, holder);
      expect(again).not.toBeNull();
    });
  });

  it('knows whether its last holder died with it', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      const first = await Lock.take(path, holder, 'payer aetna');
      await first[Symbol.asyncDispose]();
      const second = await Lock.take(path, holder, 'payer aetna');
      await second[Symbol.asyncDispose]();
      writeFileSync(path, JSON.stringify(holder));
      await using third = await Lock.take(path, holder, 'payer aetna');
      expect([first, second, third].map(({ holderDied }) => holderDied)).toEqual([false, false, true]);
    });
  });

  it('is looked at without being taken, and the dead hold none', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      expect(await lookAtLock(path)).toBeNull();
      const lock = await Lock.take(path, holder, 'payer aetna');
      expect(await lookAtLock(path)).toMatch(
        /^by run 20250801T000000Z-abcdef of payer aetna, process \d+ on /,
      );
      await lock[Symbol.asyncDispose]();
      expect(await lookAtLock(path)).toBeNull();
      writeFileSync(path, JSON.stringify(holder));
      expect(await lookAtLock(path)).toBeNull();
      expect(readFileSync(path, 'utf8')).toBe(JSON.stringify(holder));
    });
  });

  it('is taken by whoever meets a look at it', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      writeFileSync(path, JSON.stringify(holder));
      const taken = await Promise.all([
        Lock.take(path, holder, 'payer aetna'),
        ...Array.from({ length: 20 }, () => lookAtLock(path)),
      ]);
      await taken[0][Symbol.asyncDispose]();
    });
  });

  it('goes with the process that holds it, however it ends, whatever its file says', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      const { child, isTaken } = await lockElsewhere(path);
      expect(isTaken).toBe(true);
      // as if the number of the process were given to another
      writeFileSync(path, JSON.stringify({ ...holder, pid: process.pid }));
      expect(await Lock.tryTake(path, holder)).toBeNull();
      child.kill('SIGKILL');
      await once(child, 'exit');
      await using lock = await Lock.tryTake(path, holder);
      expect(lock).not.toBeNull();
    });
  });

  it('is waited for in turn, and tells whom for', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      const lock = await Lock.take(path, holder, 'x');
      const heard: string[] = [];
      const waiting = Lock.takeInTurn(path, holder, signal, (who) => {
        heard.push(who);
        void lock[Symbol.asyncDispose]();
      });
      await using _taken = await waiting;
      expect(heard).toEqual([expect.stringContaining('by run 20250801T000000Z-abcdef')]);
    });
  });

  it('is waited for no longer than the run is wanted', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.lock');
      await using _lock = await Lock.take(path, holder, 'x');
      const stop = new AbortController();
      const waiting = Lock.takeInTurn(path, holder, stop.signal, () => {});
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
    });
  });

  it('cannot be where a file is in the way', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '');
      await expect(Lock.tryTake(join(folder, 'file/a.lock'), holder)).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining('cannot be locked'),
      });
    });
  });
});
