import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFooter } from '../../../src/parquet/footer.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import { clusterFiles } from '../../../src/spark/cluster-files.js';
import type { SparkFile } from '../../../src/spark/messages.js';
import { writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

/** What a cluster says of the one file that it has. */
function filesOf(file: SparkFile) {
  return clusterFiles(async () => ({
    list: async (folder, deep) => [`${folder} ${deep}`],
    describe: async (path) => (path === 's3a://a/x.parquet' ? file : null),
  }));
}

describe('files of a cluster', () => {
  it('are looked at as those of this machine are', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await writeRows(path, [{ a: 'x', b: 1 }], { columns: { a: 'text', b: 'double' } });
      const content = readFileSync(path);
      const end = content.subarray(content.length - content.readUInt32LE(content.length - 8) - 8);
      const files = filesOf({ bytes: content.length, modified_ms: 1_756_000_000_123, end });
      expect(await files.list('s3a://a', true)).toEqual(['s3a://a true']);
      expect(await files.stateOf('s3a://a/x.parquet')).toEqual({
        ...(await localFiles.stateOf(path)),
        mtime_ns: '1756000000123000000',
      });
      expect(await files.footerOf('s3a://a/x.parquet', ['a'])).toEqual({
        ...(await readFooter(path, ['a'])),
        path: 's3a://a/x.parquet',
      });
    }));

  it('may be missing, or no parquet', async () => {
    const files = filesOf({ bytes: 20, modified_ms: 0, end: Buffer.from('no end!!') });
    expect(await files.stateOf('s3a://a/y.parquet')).toBeNull();
    await expect(files.footerOf('s3a://a/y.parquet', [])).rejects.toThrow(
      's3a://a/y.parquet: there is no such file',
    );
    await expect(files.footerOf('s3a://a/x.parquet', [])).rejects.toMatchObject({
      kind: 'input',
      message: 's3a://a/x.parquet: it cannot be read as parquet: it does not end with PAR1',
    });
  });

  it.each([
    ['PAR1', 4, 'it ends at byte 4'],
    ['\xFF\xFF\xFF\x7FPAR1', 12, 'a footer of 2147483647 bytes is longer than the file'],
  ])('may be cut short: %j', async (end, bytes, message) => {
    const files = filesOf({ bytes, modified_ms: 0, end: Buffer.from(end, 'latin1') });
    await expect(files.footerOf('s3a://a/x.parquet', [])).rejects.toThrow(message);
  });

  it('need no cluster where all are of this machine', () =>
    withFolder(async (folder) => {
      const files = clusterFiles(() => Promise.reject(new RangeError('nobody needs one')));
      const path = join(folder, 'x.parquet');
      await writeRows(path, [{ a: 'x' }], { columns: { a: 'text' } });
      expect(await files.list(folder, false)).toEqual(['x.parquet']);
      expect(await files.stateOf(path)).toEqual(await localFiles.stateOf(path));
      expect(await files.footerOf(path, ['a'])).toEqual(await readFooter(path, ['a']));
      await expect(files.list('s3a://a', false)).rejects.toThrow('nobody needs one');
    }));
});
