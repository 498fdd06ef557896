import { randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ColumnChunkFooter } from '../../../src/parquet/footer.js';
import { readChunks } from '../../../src/parquet/read-chunks.js';
import { withFolder } from '../../support/load-pair.js';

const bytes = randomBytes(400_000);

function chunkAt(start: number, length: number): ColumnChunkFooter {
  return {
    column: 'name',
    nulls: 0,
    start,
    bytes: length,
    metadata: {
      type: 'BYTE_ARRAY',
      encodings: ['PLAIN'],
      path_in_schema: ['name'],
      codec: 'ZSTD',
      num_values: 1n,
      total_uncompressed_size: BigInt(length),
      total_compressed_size: BigInt(length),
      data_page_offset: BigInt(start),
    },
  };
}

/** Reads chunks of the random bytes; counts how often the system is asked. */
function read(places: readonly (readonly [start: number, length: number])[]) {
  return withFolder(async (folder) => {
    const path = join(folder, 'bytes');
    await writeFile(path, bytes);
    const file = await open(path, 'r');
    try {
      return await readChunks(
        file,
        places.map(([start, length]) => chunkAt(start, length)),
      );
    } finally {
      await file.close();
    }
  });
}

describe('readChunks', () => {
  it.each([
    ['none', []],
    ['one', [[4, 100]]],
    [
      'neighbours',
      [
        [4, 100],
        [104, 50],
        [154, 1],
      ],
    ],
    [
      'chunks with a small gap',
      [
        [4, 100],
        [5000, 50],
      ],
    ],
    [
      'chunks with a large gap',
      [
        [4, 100],
        [300_000, 100_000],
      ],
    ],
    [
      'chunks with a gap that is just small enough, or just not',
      [
        [0, 10],
        [10 + 2 ** 16, 10],
        [21 + 2 ** 17, 10],
      ],
    ],
    [
      'chunks in any order',
      [
        [300_000, 10],
        [4, 100],
        [104, 50],
        [299_000, 1000],
      ],
    ],
    [
      'chunks that overlap',
      [
        [4, 1000],
        [50, 10],
        [500, 1000],
      ],
    ],
    [
      'the same chunk twice',
      [
        [4, 100],
        [4, 100],
      ],
    ],
    [
      'a chunk of no bytes',
      [
        [4, 0],
        [4, 10],
      ],
    ],
  ] as const)('reads %s', async (_, places) => {
    const expected = places.map(([start, length]) => bytes.subarray(start, start + length));
    expect(await read(places)).toEqual(expected);
  });

  it.each([
    ['ends within a chunk', [[399_990, 20]], 400_000],
    [
      'ends before a chunk',
      [
        [4, 100],
        [500_000, 20],
      ],
      500_000,
    ],
  ] as const)('fails where the file %s', async (_, places, at) => {
    await expect(read(places)).rejects.toThrow(`column name is cut short at byte ${at}`);
  });
});
