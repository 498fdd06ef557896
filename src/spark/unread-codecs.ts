import type { CompressionCodec } from 'hyparquet';
import { EtlError } from '../errors.js';
import { constantsThroughout } from '../pipeline/constants-throughout.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { SourceName } from '../sources/sources.js';

/** The codecs that the readers of Spark have no library for, and this machine has. */
export const unreadCodecs: ReadonlySet<CompressionCodec> = new Set(['BROTLI']);

/** What keeps Spark from reading a file as it is; null where nothing does. */
export function unreadCodecIn(source: SourceName, file: PlannedFile): EtlError | null {
  const { path, footer, layout } = file;
  const constants = constantsThroughout(source, file);
  const isRead = (column: string) =>
    (layout.get(column)?.kind ?? 'null') !== 'null' && !constants.has(column);
  const chunk = footer.rowGroups
    .flatMap(({ chunks }) => chunks)
    .find(({ column, metadata }) => unreadCodecs.has(metadata.codec) && isRead(column));
  if (!chunk) return null;
  const what = `column ${chunk.column} is compressed with ${chunk.metadata.codec}`;
  return new EtlError('data', `${path}: ${what}; Spark reads zstd, snappy, gzip, lz4 and none`, {
    step: 'checking inputs',
    hint: 'load it with `--engine embedded`, which does',
  });
}
