import type { CompressionCodec, PageHeader } from 'hyparquet';
import { messageOf } from '../errors.js';
import { decompressorNamed, mostPageBytes } from './compression.js';
import { unpack } from './open-page.js';

/** Codecs that Node knows in every version, and that tell of damage behind what they hold. */
const ownCodecs: ReadonlySet<CompressionCodec> = new Set(['GZIP', 'BROTLI']);

/**
 * That a page can be unpacked to its end, where Node knows how: the library that decodes it goes no further than it needs, and finds no
 * damage that only a sum behind the data tells. Throws where it cannot; a page that is too large to look at passes.
 */
export function checkPacking(header: PageHeader, bytes: Uint8Array, codec: CompressionCodec): void {
  const decompress = decompressorNamed(codec);
  const { uncompressed_page_size: size, data_page_header_v2: second } = header;
  if (!decompress || !ownCodecs.has(codec) || size > mostPageBytes || second?.is_compressed === false) return;
  // levels of a page of the second version are never packed
  const start = second ? second.repetition_levels_byte_length + second.definition_levels_byte_length : 0;
  try {
    unpack(bytes.subarray(start), size - start, decompress);
  } catch (cause) {
    throw new RangeError(`a page cannot be unpacked: ${messageOf(cause)}`, { cause });
  }
}
