import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { PageHeader } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { checkPacking } from '../../../src/parquet/check-packing.js';

const values = Buffer.from('values of a page, and values again');

const first = (packed: Buffer): PageHeader => ({
  type: 'DATA_PAGE',
  uncompressed_page_size: values.length,
  compressed_page_size: packed.length,
});

const second = (levels: number, packed: Buffer, isCompressed?: boolean): PageHeader => ({
  type: 'DATA_PAGE_V2',
  uncompressed_page_size: levels + values.length,
  compressed_page_size: levels + packed.length,
  data_page_header_v2: {
    ...{ num_values: 1, num_nulls: 0, num_rows: 1, encoding: 'PLAIN' },
    ...{ repetition_levels_byte_length: 0, definition_levels_byte_length: levels },
    ...(isCompressed === undefined ? {} : { is_compressed: isCompressed }),
  },
});

/** The sum is in the last eight bytes. */
function withAnotherSum(packed: Buffer): Buffer {
  const damaged = Buffer.from(packed);
  damaged.writeUInt8(packed.readUInt8(packed.length - 8) ^ 1, packed.length - 8);
  return damaged;
}

describe.each([
  ['GZIP', gzipSync(values)],
  ['BROTLI', brotliCompressSync(values)],
] as const)('a page in %s', (codec, packed) => {
  it('passes where it can be unpacked, in either version', () => {
    expect(() => checkPacking(first(packed), packed, codec)).not.toThrow();
    const withLevels = Buffer.concat([Buffer.from([2, 1]), packed]);
    expect(() => checkPacking(second(2, packed), withLevels, codec)).not.toThrow();
    expect(() => checkPacking(second(2, packed, false), Buffer.alloc(9), codec)).not.toThrow();
  });

  it('is refused where it is cut short, or unpacks to more or less than it says', () => {
    const damaged = packed.subarray(0, -1);
    expect(() => checkPacking(first(damaged), damaged, codec)).toThrow(/a page cannot be unpacked: /);
    for (const size of [values.length - 1, values.length + 1])
      expect(() => checkPacking({ ...first(packed), uncompressed_page_size: size }, packed, codec)).toThrow(
        /a page cannot be unpacked: /,
      );
  });
});

describe('a page', () => {
  it('is refused where its sum is another', () => {
    const damaged = withAnotherSum(gzipSync(values));
    expect(() => checkPacking(first(damaged), damaged, 'GZIP')).toThrow(
      'a page cannot be unpacked: incorrect data check',
    );
  });

  it('is left to whoever decodes it in other codecs', () => {
    for (const codec of ['UNCOMPRESSED', 'ZSTD', 'LZO'] as const)
      expect(() => checkPacking(first(values), values, codec)).not.toThrow();
  });

  it('is left alone where it is too large to be unpacked', () => {
    const large = { ...first(values), uncompressed_page_size: 2 ** 28 + 1 };
    expect(() => checkPacking(large, values, 'GZIP')).not.toThrow();
  });

  it('may be empty', () => {
    const nothing = Buffer.alloc(0);
    expect(() =>
      checkPacking({ ...first(nothing), uncompressed_page_size: 0 }, nothing, 'GZIP'),
    ).not.toThrow();
  });
});
