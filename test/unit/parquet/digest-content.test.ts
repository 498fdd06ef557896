import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestContent } from '../../../src/parquet/digest-content.js';
import { withFolder } from '../../support/load-pair.js';

describe('digestContent', () => {
  it.each([0, 1, 2 ** 20, 3 * 2 ** 20 + 5])('is the sha256 of all %i bytes', async (size) => {
    await withFolder(async (folder) => {
      const [file, bytes] = [join(folder, 'a'), randomBytes(size)];
      writeFileSync(file, bytes);
      expect(await digestContent(file)).toBe(createHash('sha256').update(bytes).digest('hex'));
    });
  });

  it('says which output cannot be read', async () => {
    await withFolder(async (folder) => {
      await expect(digestContent(folder)).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining(`${folder}: cannot be read: EISDIR`),
      });
    });
  });
});
