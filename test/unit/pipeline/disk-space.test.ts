import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRoom } from '../../../src/pipeline/disk-space.js';
import { withFolder } from '../../support/load-pair.js';

describe('room for a copy of a file', () => {
  it('is looked for where the copy is to be, in a folder that is not there yet', () =>
    withFolder(async (folder) => {
      const there = join(folder, 'not', 'yet');
      await checkRoom(there, { path: 's3a://lake/rates.parquet', bytes: 1 });
      await expect(
        checkRoom(there, { path: 's3a://lake/rates.parquet', bytes: 2 ** 60 }),
      ).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining(
          `${there}: no space for a copy of s3a://lake/rates.parquet: the disk has `,
        ),
      });
    }));
});
