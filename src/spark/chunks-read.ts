import type { ColumnChunkFooter } from '../parquet/footer.js';
import { constantsThroughout } from '../pipeline/constants-throughout.js';
import type { PlannedFile } from '../pipeline/plan.js';
import type { SourceName } from '../sources/sources.js';

/** The column chunks of a file that Spark reads: of columns that hold values which the footer does not tell. */
export function chunksRead(source: SourceName, file: PlannedFile): ColumnChunkFooter[] {
  const { footer, layout } = file;
  const constants = constantsThroughout(source, file);
  const isRead = ({ column }: ColumnChunkFooter) =>
    (layout.get(column)?.kind ?? 'null') !== 'null' && !constants.has(column);
  return footer.rowGroups.flatMap(({ chunks }) => chunks.filter(isRead));
}
