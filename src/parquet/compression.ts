import * as zlib from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { compressors } from 'hyparquet-compressors';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';

/** Bytes of a page as a codec has them. */
export interface Codec {
  decompress(page: Uint8Array, length: number): Uint8Array;
  /** Compresses for whoever reads the page a moment later: quickly, not well. */
  compress(page: Uint8Array): Uint8Array;
}

/** The codecs that pages can be rewritten in: those that published files use. */
const codecs: Readonly<Partial<Record<CompressionCodec, Codec>>> = {
  UNCOMPRESSED: { decompress: (page) => page, compress: (page) => page },
  SNAPPY: { decompress: snappyDecompressor(), compress: snappyCompress },
  GZIP: {
    decompress: inNode(zlib.gunzipSync),
    compress: (page) => zlib.gzipSync(page, { level: 1 }),
  },
  ZSTD: { decompress: zstdDecompressor(), compress: storeInZstd },
};

/** Those that pages are only read in; Node refuses what is damaged. */
const readers: Readonly<Partial<Record<CompressionCodec, Codec['decompress']>>> = {
  ...compressors,
  BROTLI: inNode(zlib.brotliDecompressSync),
};

/** A codec by its name in the footer; null where pages of it cannot be rewritten. */
export function codecNamed(name: CompressionCodec): Codec | null {
  const codec = codecs[name];
  return codec ? { ...codec, decompress: withinReason(codec.decompress) } : null;
}

/** How pages in a codec are decompressed; null where nobody here knows. */
export function decompressorNamed(name: CompressionCodec): Codec['decompress'] | null {
  const decompress = codecs[name]?.decompress ?? readers[name];
  return decompress ? withinReason(decompress) : null;
}

/** Most bytes of a page: writers make them of 1 MB, one of them of up to 100. A few bytes of a file can stand for gigabytes. */
export const mostPageBytes = 2 ** 28;

function withinReason(decompress: Codec['decompress']): Codec['decompress'] {
  return (page, length) => {
    if (length <= mostPageBytes) return decompress(page, length);
    throw new RangeError(`a page unpacks to ${length} bytes; expected at most ${mostPageBytes}`);
  };
}

function inNode(
  decompress: (page: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array,
): Codec['decompress'] {
  return (page, length) => ofLength(decompress(page, { maxOutputLength: Math.max(1, length) }), length);
}

/** Most bytes of a page that are decompressed in WebAssembly: its memory is never given back. */
const wasmBytes = 2 ** 22;

const fitsWasm = (page: Uint8Array, length: number) =>
  length > 0 && Math.max(page.length, length) <= wasmBytes;

/** In WebAssembly, which is quicker, unless the page is large. */
function snappyDecompressor(): Codec['decompress'] {
  const inWasm = decompressorOf('SNAPPY');
  return (page, length) => {
    if (length <= wasmBytes) return inWasm(page, length);
    const bytes = new Uint8Array(length);
    snappyUncompress(page, bytes);
    return bytes;
  };
}

/** Node's own is many times as quick, where there is one: from 22.15 on. */
function zstdDecompressor(): Codec['decompress'] {
  const own: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  if (typeof own !== 'function') return zstdWithoutNode();
  return (page, length) => {
    const bytes: unknown = own(page);
    if (bytes instanceof Uint8Array) return ofLength(bytes, length);
    throw new TypeError('zstdDecompressSync gave no bytes');
  };
}

/** A page that is damaged, or cut short, may give fewer bytes and no error. */
function ofLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new Error(`a page does not unpack to ${length} bytes`);
  return bytes;
}

/** Bytes of pages from which on it pays to load WebAssembly for them: that takes some 30 ms. */
const manyBytes = 2 ** 23;

/** In JavaScript, and in WebAssembly, which takes a fifth of the time, once there is much to do and it is loaded. */
function zstdWithoutNode(): Codec['decompress'] {
  const inJavaScript = decompressorOf('ZSTD');
  let inWasm: Codec['decompress'] | null = null;
  let done = 0;
  const load = async () => {
    const { ZSTDDecoder } = await import('zstddec');
    const decoder = new ZSTDDecoder();
    await decoder.init();
    inWasm = (page, length) => ofLength(decoder.decode(page, length), length);
  };
  return (page, length) => {
    if (done < manyBytes && done + length >= manyBytes) load().catch(() => {});
    done += length;
    return inWasm && fitsWasm(page, length) ? inWasm(page, length) : inJavaScript(page, length);
  };
}

function decompressorOf(name: CompressionCodec): Codec['decompress'] {
  const decompress = compressors[name];
  if (!decompress) throw new RangeError(`no decompressor of ${name}`);
  return decompress;
}

/** Largest block of a zstd frame. */
const blockBytes = 2 ** 17;

/** A zstd frame of blocks as they are (RFC 8878, section 3.1.1): Node 20 has no compressor for it. */
function storeInZstd(page: Uint8Array): Uint8Array {
  // the mark of a frame; one segment whose length follows in four bytes
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  header.writeUInt32LE(page.length, 5);
  const parts: Uint8Array[] = [header];
  let start = 0;
  do {
    const block = page.subarray(start, start + blockBytes);
    start += block.length;
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE(block.length * 8 + (start === page.length ? 1 : 0), 0, 3);
    parts.push(blockHeader, block);
  } while (start < page.length);
  return Buffer.concat(parts);
}
