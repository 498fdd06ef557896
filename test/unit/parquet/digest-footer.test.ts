import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestFooter } from '../../../src/parquet/digest-footer.js';
import { writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('digestFooter', () => {
  it('is that of the footer, its length and the mark, and of nothing before', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      await writeRows(file, [{ a: 'x' }, { a: 'y' }], { columns: { a: 'text' } });
      const bytes = readFileSync(file);
      const length = bytes.readUInt32LE(bytes.length - 8) + 8;
      expect(length).toBeLessThan(bytes.length);
      expect(digestFooter(file, bytes.length)).toBe(sha256(bytes.subarray(bytes.length - length)));
    });
  });

  it('tells apart files of other values', async () => {
    await withFolder(async (folder) => {
      const digests = [];
      for (const value of ['x', 'y']) {
        const file = join(folder, `${value}.parquet`);
        await writeRows(file, [{ a: value }], { columns: { a: 'text' } });
        digests.push(digestFooter(file, statSync(file).size));
      }
      expect(digests[0]).not.toBe(digests[1]);
    });
  });

  it.each([
    ['empty', '', ''],
    ['short', 'PAR1', 'PAR1'],
    ['no parquet', 'a,b\n1,2\n3,4\n', '1,2\n3,4\n'],
    [
      'parquet whose footer would be longer than the file',
      'PAR1\xFF\xFF\xFF\x7FPAR1',
      '\xFF\xFF\xFF\x7FPAR1',
    ],
  ])('of a file that is %s is that of its end', async (_, content, end) => {
    await withFolder((folder) => {
      const file = join(folder, 'a.parquet');
      writeFileSync(file, content, 'latin1');
      expect(digestFooter(file, content.length)).toBe(sha256(Buffer.from(end, 'latin1')));
      return Promise.resolve();
    });
  });

  it('fails where there is no file', () => {
    expect(() => digestFooter('/nowhere/a.parquet', 1)).toThrow(/there is no such file/);
  });
});
