import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ZSTDDecoder } from 'zstddec';
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

describe('zstd after many pages', () => {
  const codec = codecNamed('ZSTD');
  const page = randomBytes(2 ** 20);

  beforeAll(async () => {
    for (let round = 0; round < 9; round += 1) codec?.decompress(codec.compress(page), page.length);
    // Node 20 has loaded WebAssembly for it by then
    await new ZSTDDecoder().init();
    await setImmediate();
  });

  it.each([...sizes, 2 ** 22, 2 ** 22 + 1])('gives back %i bytes', (size) => {
    const bytes = randomBytes(size);
    const back = codec?.decompress(codec.compress(bytes), size);
    expect(Buffer.from(back ?? []).equals(bytes)).toBe(true);
  });

  it('refuses a damaged page, and is none the worse for it', () => {
    const packed = Buffer.from(codec?.compress(page) ?? []);
    for (const at of [0, 4, 9, 10]) {
      const damaged = Buffer.from(packed);
      damaged.fill(0xff, at, at + 3);
      expect(() => codec?.decompress(damaged, page.length), `byte ${at}`).toThrow();
    }
    expect(() => codec?.decompress(packed.subarray(0, 1000), page.length)).toThrow();
    expect(Buffer.from(codec?.decompress(packed, page.length) ?? []).equals(page)).toBe(true);
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
