import type { FileHandle } from 'node:fs/promises';
import type { CompressionCodec, PageHeader, RowGroup } from 'hyparquet';
import { codecNamed, decompressorNamed } from './compression.js';
import { type EncodedPage, encodePage } from './encode-page.js';
import { placedAt } from './excerpt.js';
import { unpack } from './open-page.js';
import { findPages, readPage } from './read-pages.js';
import type { ColumnChunkFooter } from './row-groups.js';

/** Every reader knows it, and Node compresses in it. */
const target = 'GZIP';

/**
 * Writes a column chunk to byte `at` of another file with its pages in a codec that every reader knows, page by page. Levels and values stay
 * as they are encoded. Gives what a footer says of it. Throws where a page cannot be unpacked.
 */
export async function repackChunk(
  file: FileHandle,
  chunk: ColumnChunkFooter,
  at: number,
  write: (bytes: Buffer) => Promise<void>,
): Promise<RowGroup['columns'][number]> {
  const repack = repackerOf(chunk.metadata.codec);
  let [length, size, dictionary] = [0, 0, 0];
  for (const page of await findPages(file, chunk)) {
    const repacked = repack(page.header, await readPage(file, page));
    await write(repacked.bytes);
    length += repacked.bytes.length;
    size += repacked.size;
    if (page.header.type === 'DICTIONARY_PAGE') dictionary = length;
  }
  const { file_offset, meta_data: moved = chunk.metadata } = placedAt(chunk, at);
  return {
    file_offset,
    meta_data: {
      ...moved,
      codec: target,
      total_compressed_size: BigInt(length),
      total_uncompressed_size: BigInt(size),
      data_page_offset: BigInt(at + dictionary),
      ...(dictionary > 0 && { dictionary_page_offset: BigInt(at) }),
    },
  };
}

/** Makes the function that gives a page in the codec of {@link target}. */
function repackerOf(codec: CompressionCodec): (header: PageHeader, bytes: Buffer) => EncodedPage {
  const [decompress, compress] = [decompressorNamed(codec), codecNamed(target)?.compress];
  if (!decompress || !compress) throw new RangeError(`pages in ${codec} are not unpacked`);
  return ({ uncompressed_page_size: size, compressed_page_size: _, crc: __, ...header }, bytes) => {
    const second = header.data_page_header_v2;
    if (!second) return encodePage(Buffer.from(unpack(bytes, size, decompress)), compress, header);
    // levels are never packed, and values need not be
    const length = second.repetition_levels_byte_length + second.definition_levels_byte_length;
    const [levels, packed] = [bytes.subarray(0, length), bytes.subarray(length)];
    const values = second.is_compressed === false ? packed : unpack(packed, size - length, decompress);
    const isPacked = values.length > 0;
    const repacked = isPacked ? compress(Buffer.from(values)) : values;
    return encodePage(Buffer.concat([levels, values]), () => Buffer.concat([levels, repacked]), {
      ...header,
      data_page_header_v2: { ...second, is_compressed: isPacked },
    });
  };
}
