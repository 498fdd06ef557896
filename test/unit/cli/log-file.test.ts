import { execFile } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LogFile, type LogFileOptions } from '../../../src/cli/log-file.js';
import { withFolder } from '../../support/load-pair.js';

/** Numbered lines of twenty bytes. */
const lineOf = (number: number, writer = 'a') => `${writer}${String(number).padStart(18, '0')}\n`;

function open(file: string, options: Partial<LogFileOptions> = {}) {
  const complaints: string[] = [];
  const complain = (message: string) => complaints.push(message);
  return { log: new LogFile(file, { maxBytes: 200, files: 100, complain, ...options }), complaints };
}

const contentsIn = (folder: string) =>
  readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const linesIn = (folder: string) => contentsIn(folder).join('').split('\n').filter(Boolean).toSorted();

const aside = /^x\.\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6}\.log$/;

describe('a log file', () => {
  it('is where its path leads, and makes no folder that the path only goes through', async () => {
    await withFolder(async (folder) => {
      const { log } = open(`${folder}/missing/../x.log`);
      log.write(lineOf(1));
      log.end();
      expect(readdirSync(folder)).toEqual(['x.log']);
    });
  });

  it('has each line as soon as it is written, after those that are there', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'deep/er/x.log');
      for (const number of [1, 2]) {
        const { log } = open(file);
        log.write(lineOf(number));
        expect(readFileSync(file, 'utf8').endsWith(lineOf(number))).toBe(true);
        log.end();
      }
      expect(readFileSync(file, 'utf8')).toBe(lineOf(1) + lineOf(2));
    });
  });

  it('is set aside when it is full, under a name that tells the time, and none is lost', async () => {
    await withFolder(async (folder) => {
      const { log } = open(join(folder, 'x.log'));
      for (let number = 0; number < 35; number += 1) log.write(lineOf(number));
      log.end();
      const [current, ...others] = readdirSync(folder).toSorted((one, other) => one.length - other.length);
      expect(current).toBe('x.log');
      expect(others).toHaveLength(3);
      for (const name of others) expect(name).toMatch(aside);
      for (const content of contentsIn(folder)) expect(content.length).toBeLessThanOrEqual(200);
      expect(readFileSync(join(folder, 'x.log'), 'utf8')).toContain(lineOf(34));
      expect(linesIn(folder)).toHaveLength(35);
    });
  });

  it('is kept so many times, the newest, and files of other names are left alone', async () => {
    await withFolder(async (folder) => {
      const others = ['x.error.20260102T030405.678Z-abcdef.log', 'x.mine.log', 'x.20260102.log', 'y.log'];
      for (const name of others) writeFileSync(join(folder, name), '');
      writeFileSync(join(folder, 'x.20260102T030405.678Z-abcdef.log'), 'oldest');
      const { log } = open(join(folder, 'x.log'), { files: 2 });
      for (let number = 0; number < 35; number += 1) log.write(lineOf(number));
      log.end();
      const names = readdirSync(folder);
      expect(names.filter((name) => aside.test(name))).toHaveLength(2);
      expect(names).toEqual(expect.arrayContaining(others));
      expect(contentsIn(folder)).not.toContain('oldest');
    });
  });

  it('is written to by several at a time, each of which goes on in the file that is there', async () => {
    await withFolder(async (folder) => {
      const writers = ['a', 'b', 'c'].map((name) => ({ name, ...open(join(folder, 'x.log')) }));
      for (let number = 0; number < 50; number += 1)
        for (const { name, log } of writers) log.write(lineOf(number, name));
      for (const { log } of writers) log.end();
      expect(linesIn(folder)).toHaveLength(150);
      for (const content of contentsIn(folder)) expect(content.length).toBeLessThanOrEqual(200);
    });
  });

  it('loses nothing to processes that set it aside at the same time', async () => {
    await withFolder(async (folder) => {
      const module = new URL('../../../dist/cli/log-file.js', import.meta.url).href;
      const write = (writer: string) => {
        const code = `
          import { LogFile } from ${JSON.stringify(module)};
          const options = { maxBytes: 2_000, files: 10_000, complain: (message) => { throw new Error(message); } };
          const log = new LogFile(${JSON.stringify(join(folder, 'x.log'))}, options);
          for (let number = 0; number < 2_000; number += 1)
            log.write(${JSON.stringify(writer)} + String(number).padStart(18, '0') + '\\n');`;
        return promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
          timeout: 60_000,
        });
      };
      await Promise.all(['a', 'b', 'c'].map(write));
      const expected = ['a', 'b', 'c'].flatMap((writer) =>
        Array.from({ length: 2_000 }, (_, number) => lineOf(number, writer).trim()),
      );
      expect(linesIn(folder)).toEqual(expected);
      expect(readdirSync(folder).length).toBeGreaterThan(50);
    });
  });

  it('is made anew where it was moved or removed', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'logs/x.log');
      const { log } = open(file);
      log.write(lineOf(1));
      renameSync(file, join(folder, 'moved.log'));
      log.write(lineOf(2));
      expect(readFileSync(file, 'utf8')).toBe(lineOf(2));
      rmSync(join(folder, 'logs'), { recursive: true });
      log.write(lineOf(3));
      expect(readFileSync(file, 'utf8')).toBe(lineOf(3));
      log.end();
    });
  });

  it('may be a link: what it leads to is set aside, where it is', async () => {
    await withFolder(async (folder) => {
      mkdirSync(join(folder, 'elsewhere'));
      writeFileSync(join(folder, 'elsewhere/x.log'), 'full'.repeat(100));
      symlinkSync(join(folder, 'elsewhere/x.log'), join(folder, 'link.log'));
      const { log } = open(join(folder, 'link.log'));
      log.write(lineOf(1));
      log.end();
      expect(readFileSync(join(folder, 'link.log'), 'utf8')).toBe(lineOf(1));
      expect(readdirSync(folder)).toEqual(['elsewhere', 'link.log']);
      expect(readdirSync(join(folder, 'elsewhere'))).toHaveLength(2);
    });
  });

  it('says once that it cannot be opened anew, and is written to as it was', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'x.log');
      const { log, complaints } = open(file);
      renameSync(file, join(folder, 'moved.log'));
      mkdirSync(file);
      log.write(lineOf(1));
      log.write(lineOf(2));
      log.end();
      expect(complaints).toEqual([expect.stringMatching(/EISDIR/)]);
      expect(readFileSync(join(folder, 'moved.log'), 'utf8')).toBe(lineOf(1) + lineOf(2));
    });
  });

  it('that cannot be opened at all is thrown', async () => {
    await withFolder(async (folder) => {
      mkdirSync(join(folder, 'x.log'));
      expect(() => open(join(folder, 'x.log'))).toThrow(/EISDIR/);
    });
  });
});
