import type { CompressionCodec } from 'hyparquet';
import { EtlError } from '../errors.js';
import { constantsThroughout } from '../pipeline/constants-throughout.js';
import type { PlannedFile } from '../pipeline/plan.js';

/** The codecs that the readers of Spark have no library for. */
export const unreadCodecs: ReadonlySet<CompressionCodec> = new Set(['BROTLI', 'LZO']);

/** What keeps Spark from reading a file as it is; null where nothing does. Writers use one codec for a column throughout. */
export function unreadCodecIn(file: PlannedFile): EtlError | null {
  const { path, footer, layout } = file;
  const [group] = footer.rowGroups;
  const constants = constantsThroughout(file);
  const chunk = group?.chunks.find(
    ({ column, metadata }) =>
      layout.has(column) && !constants.has(column) && unreadCodecs.has(metadata.codec),
  );
  if (!chunk) return null;
  const what = `column ${chunk.column} is compressed with ${chunk.metadata.codec}`;
  return new EtlError('data', `${path}: ${what}; Spark reads zstd, snappy, gzip, lz4 and none`, {
    step: 'checking inputs',
    hint: 'load it with `--engine embedded`, which does',
  });
}
