import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
      await mkdir(join(folder, 'b', 'taken'), { recursive: true });
      await expect(publish(files, journalIn(folder))).rejects.toMatchObject({
        name: 'EtlError',
        kind: 'output',
        step: 'publishing',
        message: expect.stringContaining(join(folder, 'b')),
      });
      expect(existsSync(join(folder, 'a'))).toBe(true);
      expect(existsSync(join(folder, 'c'))).toBe(false);
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
    await mkdir(join(folder, 'b', 'taken'), { recursive: true });
    await expect(publish(files, journalIn(folder))).rejects.toThrow();
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
