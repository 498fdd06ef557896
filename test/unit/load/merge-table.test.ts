import { describe, expect, it } from 'vitest';
import { explainUnwritten, readWaitingName, waitingName } from '../../../src/load/merge-table.js';

describe('what keeps an output from being put together', () => {
  const output = { table: 'dim_code', path: '/data/dims/dim_code.parquet', exists: true } as const;

  it('is said with its path where it is the disk', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(explainUnwritten(output, cause)).toMatchObject({
      ...{ name: 'EtlError', kind: 'output', step: 'merging', cause },
      message: '/data/dims/dim_code.parquet: cannot be written: ENOSPC: no space left on device, write',
    });
  });

  it('stays as it is where it is a bug', () => {
    const cause = new RangeError('nothing to concatenate');
    expect(explainUnwritten(output, cause)).toBe(cause);
  });
});

describe('what waits to be published', () => {
  it.each(['/data/dims/dim_code.parquet', 's3a://lake/dims/dim_code.parquet'])(
    'is hidden beside its place: %s',
    (path) => {
      const waiting = waitingName(path, 'x1');
      expect(waiting).toBe(path.replace('dim_code.parquet', '.dim_code.parquet.x1'));
      expect(readWaitingName('.dim_code.parquet.x1')).toEqual({ of: 'dim_code.parquet', suffix: 'x1' });
    },
  );

  it('is called otherwise than outputs are', () => {
    for (const name of ['dim_code.parquet', '.hidden'])
      expect(readWaitingName(name)).toEqual({ of: '', suffix: '' });
  });
});
