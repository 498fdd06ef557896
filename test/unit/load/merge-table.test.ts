import { describe, expect, it } from 'vitest';
import { explainUnwritten } from '../../../src/load/merge-table.js';

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
