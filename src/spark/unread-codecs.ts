import type { CompressionCodec } from 'hyparquet';
import { EtlError } from '../errors.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { SourceName } from '../sources/sources.js';
import { chunksRead } from './chunks-read.js';

/** The codecs that the readers of Spark have no library for, and this machine has. */
export const unreadCodecs: ReadonlySet<CompressionCodec> = new Set(['BROTLI']);

/** What keeps Spark from reading a file as it is; null where nothing does. */
export function unreadCodecIn(source: SourceName, file: PlannedFile): EtlError | null {
  const chunk = chunksRead(source, file).find(({ metadata }) => unreadCodecs.has(metadata.codec));
  if (!chunk) return null;
  const what = `column ${chunk.column} is compressed with ${chunk.metadata.codec}`;
  return new EtlError('data', `${file.path}: ${what}; Spark reads zstd, snappy, gzip, lz4 and none`, {
    step: 'checking inputs',
    hint: 'load it with `--engine embedded`, which does',
  });
}
