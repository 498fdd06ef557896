import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codecNamed } from '../../../src/parquet/compression.js';

const block = 2 ** 17;
const sizes = [0, 1, 8, block - 1, block, block + 1, 2 * block, 3 * block + 5];

describe.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'] as const)('the codec %s', (name) => {
  it.each(sizes)('gives back %i bytes', (size) => {
    const codec = codecNamed(name);
    for (const page of [randomBytes(size), Buffer.alloc(size, 'repeated ')]) {
      const back = codec?.decompress(codec.compress(page), size);
      expect(Buffer.from(back ?? []).equals(page)).toBe(true);
    }
  });
});

describe('codecNamed', () => {
  it.each(['BROTLI', 'LZ4', 'LZ4_RAW', 'LZO'] as const)('knows no way to rewrite pages in %s', (name) => {
    expect(codecNamed(name)).toBeNull();
  });
});

describe('a stored zstd frame', () => {
  it.each(sizes)('of %i bytes has blocks of at most 128 KiB, of which the last says so', (size) => {
    const frame = Buffer.from(codecNamed('ZSTD')?.compress(Buffer.alloc(size)) ?? []);
    const blocks: { readonly bytes: number; readonly isLast: boolean }[] = [];
    // mark, descriptor and length take nine bytes, the header of a block three
    for (let at = 9; at < frame.length; ) {
      const header = frame.readUIntLE(at, 3);
      blocks.push({ bytes: header >> 3, isLast: (header & 1) === 1 });
      at += 3 + (header >> 3);
    }
    expect(blocks.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(size);
    expect(blocks.every(({ bytes }) => bytes <= block)).toBe(true);
    expect(blocks.map(({ isLast }) => isLast)).toEqual(blocks.map((_, index) => index === blocks.length - 1));
  });
});
