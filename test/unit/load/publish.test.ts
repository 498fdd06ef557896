import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { swapSync } from 'fs-native-extensions';
import { describe, expect, it } from 'vitest';
import { discard, finishPublishing, publish, sizeOf } from '../../../src/load/publish.js';
import { withFolder } from '../../support/load-pair.js';

/** Written files a, b and c, which wait for the names that they are to have. */
async function writeWaiting(folder: string) {
  const files = ['a', 'b', 'c'].map((name) => ({
    waiting: join(folder, `.${name}.run`),
    path: join(folder, name),
  }));
  for (const { waiting } of files) await writeFile(waiting, `new ${waiting}`);
  return files;
}

const journalIn = (folder: string) => ({ path: join(folder, '.journal'), root: folder });

/** Publishes until a place is taken, by something else, after the first file was put in its own. */
function publishUntilTaken(
  files: Awaited<ReturnType<typeof writeWaiting>>,
  folder: string,
  name: string,
): Promise<void> {
  return publish(files, journalIn(folder), () => mkdirSync(join(folder, name, 'taken'), { recursive: true }));
}

describe('publish', () => {
  it('puts files in their places, over what was there', async () => {
    await withFolder(async (folder) => {
      const files = await writeWaiting(folder);
      await writeFile(join(folder, 'b'), 'old');
      await publish(files, journalIn(folder));
      expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'c']);
      for (const { waiting, path } of files) expect(await readFile(path, 'utf8')).toBe(`new ${waiting}`);
    });
  });

  it('leaves what has nothing waiting', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a');
      await writeFile(path, 'old');
      const { ino } = await stat(path);
      await publish([{ waiting: null, path }], journalIn(folder));
      expect((await stat(path)).ino).toBe(ino);
    });
  });

  it('goes in the order given, and stops at the first that cannot be put in place', async () => {
    await withFolder(async (folder) => {
      const files = await writeWaiting(folder);
      await expect(publishUntilTaken(files, folder, 'b')).rejects.toMatchObject({
        name: 'EtlError',
        kind: 'output',
        step: 'publishing',
        message: expect.stringContaining(join(folder, 'b')),
      });
      expect(existsSync(join(folder, 'a'))).toBe(true);
      expect(existsSync(join(folder, 'c'))).toBe(false);
    });
  });

  it('puts nothing in place where one of the places is taken', async () => {
    await withFolder(async (folder) => {
      const files = await writeWaiting(folder);
      await mkdir(join(folder, 'c', 'taken'), { recursive: true });
      await expect(publish(files, journalIn(folder))).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining(`${join(folder, 'c')}: is in the way`),
      });
      expect((await readdir(folder)).sort()).toEqual(['.a.run', '.b.run', '.c.run', 'c']);
    });
  });

  it('puts nothing in place where one of the files cannot be synced', async () => {
    await withFolder(async (folder) => {
      const files = await writeWaiting(folder);
      const missing = { waiting: join(folder, '.missing'), path: join(folder, 'd') };
      await expect(publish([...files, missing], journalIn(folder))).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining(missing.waiting),
      });
      expect((await readdir(folder)).sort()).toEqual(['.a.run', '.b.run', '.c.run']);
    });
  });
});

describe('what a run that died had begun to publish', () => {
  /** Publishes up to the first file that cannot be put in place. */
  async function halfPublish(folder: string) {
    const files = await writeWaiting(folder);
    await expect(publishUntilTaken(files, folder, 'b')).rejects.toThrow();
    await rm(join(folder, 'b'), { recursive: true });
    return files;
  }

  it('is finished by whoever comes next, once', async () => {
    await withFolder(async (folder) => {
      const files = await halfPublish(folder);
      expect(await finishPublishing(journalIn(folder))).toBe(true);
      expect((await readdir(folder)).sort()).toEqual(['a', 'b', 'c']);
      for (const { waiting, path } of files) expect(await readFile(path, 'utf8')).toBe(`new ${waiting}`);
      expect(await finishPublishing(journalIn(folder))).toBe(false);
    });
  });

  it('is finished also where its folder has been moved meanwhile', async () => {
    await withFolder(async (folder) => {
      const before = join(folder, 'before');
      await mkdir(before);
      await halfPublish(before);
      await rename(before, join(folder, 'after'));
      expect(await finishPublishing(journalIn(join(folder, 'after')))).toBe(true);
      expect((await readdir(join(folder, 'after'))).sort()).toEqual(['a', 'b', 'c']);
    });
  });

  it('cannot be finished where a file is gone', async () => {
    await withFolder(async (folder) => {
      await halfPublish(folder);
      await rm(join(folder, '.b.run'));
      await expect(finishPublishing(journalIn(folder))).rejects.toMatchObject({ kind: 'output' });
    });
  });

  it.each([
    'no JSON',
    '{}',
    '{"files":[{"waiting":"a","path":"../b"}]}',
    '{"files":[{"waiting":"/etc/passwd","path":"b"}]}',
  ])('is refused where something else has written %s', async (text) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, '.journal'), text);
      await expect(finishPublishing(journalIn(folder))).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining('not what a run of etl1 writes there'),
      });
      expect(await readdir(folder)).toEqual(['.journal']);
    });
  });
});

describe('a folder that takes the place of another', () => {
  /** A folder with an old file, and one with a new file that waits; also a file that is published after both. */
  async function writeSwap(root: string) {
    const at = (name: string) => join(root, name);
    for (const [folder, file] of [
      ['parts', 'old'],
      ['.run/next', 'new'],
    ] as const) {
      await mkdir(at(folder), { recursive: true });
      await writeFile(join(at(folder), file), file);
    }
    await writeFile(at('.list.run'), 'list');
    return [
      { waiting: at('.run/next'), path: at('parts'), mark: 'new' },
      { waiting: at('.list.run'), path: at('list') },
    ];
  }

  const journal = {
    files: [
      { waiting: join('.run', 'next'), path: 'parts', mark: 'new' },
      { waiting: '.list.run', path: 'list' },
    ],
  };

  async function expectSwapped(root: string, old = '.run/next'): Promise<void> {
    expect((await readdir(root, { recursive: true })).sort()).toEqual(
      ['.run', old, `${old}/old`, 'list', 'parts', 'parts/new'].map((name) => join(name)),
    );
    expect(await readFile(join(root, 'parts', 'new'), 'utf8')).toBe('new');
  }

  it('is exchanged with it, in the order given', async () => {
    await withFolder(async (root) => {
      const placed: string[] = [];
      await publish(await writeSwap(root), journalIn(root), ({ path }) => placed.push(path));
      expect(placed).toEqual([join(root, 'parts'), join(root, 'list')]);
      await expectSwapped(root);
    });
  });

  const exchange = (root: string) => swapSync(join(root, '.run', 'next'), join(root, 'parts'));
  const makeRoom = (root: string) => rename(join(root, 'parts'), join(root, '.run', 'next.old'));
  const moveIn = (root: string) => rename(join(root, '.run', 'next'), join(root, 'parts'));

  it.each<[string, readonly ((root: string) => unknown)[], string]>([
    ['before it', [], '.run/next'],
    ['after it', [exchange], '.run/next'],
    ['between the two renames that it takes elsewhere', [makeRoom], '.run/next.old'],
    ['after both', [makeRoom, moveIn], '.run/next.old'],
    ['after all', [exchange, (root) => rename(join(root, '.list.run'), join(root, 'list'))], '.run/next'],
  ])('is finished where a run died %s, as often as need be', async (_, steps, old) => {
    await withFolder(async (root) => {
      await writeSwap(root);
      for (const step of steps) await step(root);
      for (const _ of ['once', 'again']) {
        await writeFile(join(root, '.journal'), JSON.stringify(journal));
        expect(await finishPublishing(journalIn(root))).toBe(true);
        await expectSwapped(root, old);
      }
    });
  });

  it('writes down what tells that it was exchanged', async () => {
    await withFolder(async (root) => {
      const files = await writeSwap(root);
      await expect(publishUntilTaken(files, root, 'list')).rejects.toMatchObject({ kind: 'output' });
      expect(JSON.parse(await readFile(join(root, '.journal'), 'utf8'))).toEqual(journal);
      await rm(join(root, 'list'), { recursive: true });
      expect(await finishPublishing(journalIn(root))).toBe(true);
      await expectSwapped(root);
    });
  });

  it('fails where it is gone, or what it is to replace', async () => {
    await withFolder(async (root) => {
      await writeFile(join(root, '.journal'), JSON.stringify(journal));
      await expect(finishPublishing(journalIn(root))).rejects.toMatchObject({ kind: 'output' });
    });
    await withFolder(async (root) => {
      const files = await writeSwap(root);
      await rm(join(root, 'parts'), { recursive: true });
      await expect(publish(files, journalIn(root))).rejects.toMatchObject({ kind: 'output' });
      expect(existsSync(join(root, '.journal'))).toBe(false);
    });
  });
});

describe('what goes out of the way', () => {
  it('is moved once, and cannot be where it is gone', async () => {
    await withFolder(async (root) => {
      const files = await writeWaiting(root);
      await mkdir(join(root, '.run'));
      await writeFile(join(root, 'facts'), 'old');
      const aside = { waiting: join(root, 'facts'), path: join(root, '.run', 'old'), isAside: true };
      await publish([...files, aside], journalIn(root));
      expect((await readdir(root)).sort()).toEqual(['.run', 'a', 'b', 'c']);
      expect(await readdir(join(root, '.run'))).toEqual(['old']);

      const entries = [{ waiting: 'facts', path: join('.run', 'old'), isAside: true }];
      await writeFile(join(root, '.journal'), JSON.stringify({ files: entries }));
      expect(await finishPublishing(journalIn(root))).toBe(true);
      await rm(join(root, '.run', 'old'));
      await writeFile(join(root, '.journal'), JSON.stringify({ files: entries }));
      await expect(finishPublishing(journalIn(root))).rejects.toMatchObject({ kind: 'output' });
    });
  });
});

describe('discard', () => {
  it('removes what waits, there or not, and nothing else', async () => {
    await withFolder(async (folder) => {
      const files = await writeWaiting(folder);
      await writeFile(join(folder, 'a'), 'old');
      const missing = { waiting: join(folder, '.missing'), path: join(folder, 'd') };
      await discard([...files, missing, { waiting: null, path: join(folder, 'a') }]);
      expect(await readdir(folder)).toEqual(['a']);
    });
  });
});

describe('sizeOf', () => {
  it('is 0 where there is no file', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'a'), 'seven b');
      expect([await sizeOf(join(folder, 'a')), await sizeOf(join(folder, 'b'))]).toEqual([7, 0]);
    });
  });
});
