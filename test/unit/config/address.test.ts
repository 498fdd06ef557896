import { describe, expect, it } from 'vitest';
import { isAddress } from '../../../src/config/address.js';

describe('an address', () => {
  it.each([
    ...['s3a://bucket/a', 'hdfs://name:8020/a', 'abfss://c@account.dfs.core.windows.net/a'],
    ...['gs://bucket', 'file:///a', 'HDFS:///a'],
  ])('is %s', (path) => {
    expect(isAddress(path)).toBe(true);
  });

  it.each(['input', '/input', '../a', 'C:/data', 'a:b', '', '://a', '1s3://a', '/a/s3a://b'])(
    'is not %j',
    (path) => {
      expect(isAddress(path)).toBe(false);
    },
  );
});
