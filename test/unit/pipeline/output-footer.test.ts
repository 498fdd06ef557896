import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { unreadable } from '../../../src/parquet/unreadable.js';
import { explainUnread, readOutputFooter } from '../../../src/pipeline/output-footer.js';
import { withFolder } from '../../support/load-pair.js';

const step = 'looking at facts';

describe('explainUnread', () => {
  it('says of a disk that fails what fails, and nothing of inputs', () => {
    const path = '/gold/fact_rate.parquet';
    const cause = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    expect(explainUnread(path, unreadable(path, cause), { step })).toMatchObject({
      kind: 'output',
      step,
      message: '/gold/fact_rate.parquet: it cannot be read as parquet: EIO: i/o error, read',
      hint: expect.stringContaining('check the free space and the rights'),
    });
  });
});

describe('readOutputFooter', () => {
  it('refuses a file of another make, by what the caller says of it or by what is wrong with it', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'fact_rate.parquet');
      writeFileSync(path, 'rows, but not of parquet');
      const refuse = (reason: string, cause: unknown) =>
        new EtlError('data', `${path} is in the way: ${reason}`, { step, cause });
      await expect(readOutputFooter(path, { step, refuse })).rejects.toMatchObject({
        kind: 'data',
        message: `${path} is in the way: it cannot be read as parquet: it does not end with PAR1`,
      });
      await expect(readOutputFooter(path, { step })).rejects.toMatchObject({
        kind: 'data',
        hint: 'move that file away, then run the same command again',
      });
    }));
});
