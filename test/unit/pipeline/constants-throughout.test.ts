import { describe, expect, it } from 'vitest';
import { constantsThroughout } from '../../../src/pipeline/constants-throughout.js';

const windowWith = (constants: Readonly<Record<string, string | null>>) => ({
  ...{ firstRow: 0, rows: 1, chunks: [] },
  constants: new Map(Object.entries(constants)),
});

describe('columns that are the same throughout a file', () => {
  it('are so in each window, be it that they are null', () => {
    const windows = [
      windowWith({ version: '1', name: null, description: 'a', billing_code: '1' }),
      windowWith({ version: '1', name: null, description: null }),
    ];
    expect([...constantsThroughout('rates', { windows })]).toEqual([
      ['version', '1'],
      ['name', null],
    ]);
    expect([...constantsThroughout('rates', { windows: [] })]).toEqual([]);
  });

  it('are none that are always read', () => {
    const windows = [windowWith({ npi: '1', negotiated_rate: '2' })];
    expect([...constantsThroughout('providers', { windows })]).toEqual([['negotiated_rate', '2']]);
    expect([...constantsThroughout('rates', { windows })]).toEqual([['npi', '1']]);
  });
});
