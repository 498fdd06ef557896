import type { FileMetaData } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { parquetMetadata } from 'hyparquet/src/metadata.js';
import { readFooterBytes, withTail } from './footer-bytes.js';
import { ThriftCursor } from './thrift.js';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Statistics to the letter: the library's own way leaves out a byte order mark, and parses JSON that may be cut. */
const parsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (bytes?: Uint8Array) => bytes && utf8.decode(bytes),
  jsonFromBytes: (bytes?: Uint8Array) => bytes,
};

/** A parquet file's footer as it stands, and the file's length. */
export async function readMetadata(path: string): Promise<{ metadata: FileMetaData; bytes: number }> {
  const { footer, fileBytes } = await readFooterBytes(path);
  // the library takes some lengths for negative ones, and would go in circles
  new ThriftCursor(footer).skipStruct();
  const metadata = parquetMetadata(withTail(footer), { parsers, geoparquet: false });
  return { metadata, bytes: fileBytes };
}
