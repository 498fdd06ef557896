import { EtlError } from '../errors.js';
import type { PlannedFile } from '../pipeline/plan.js';
import { sparkTypeOf } from '../warehouse/spark-types.js';

/** The codecs that the readers of Spark have no library for. */
const unread = new Set(['BROTLI', 'LZO']);

/** Refuses files that Spark could not read, before it is started. Writers use one codec throughout. Throws `data`. */
export function checkReadable(files: readonly PlannedFile[]): void {
  for (const { path, footer, layout } of files) {
    const unknown = footer.schemas.find(
      (schema) =>
        layout.has(schema.name) && layout.get(schema.name)?.kind !== 'null' && sparkTypeOf(schema) === null,
    );
    if (unknown) throw unreadable(path, unknown.name, 'is of a type that Spark does not read');
    const [group] = footer.rowGroups;
    const chunk = group?.chunks.find(({ metadata }) => unread.has(metadata.codec));
    if (chunk)
      throw unreadable(
        path,
        chunk.column,
        `is compressed with ${chunk.metadata.codec}; Spark reads zstd, snappy, gzip, lz4 and none`,
      );
  }
}

function unreadable(path: string, column: string, what: string): EtlError {
  return new EtlError('data', `${path}: column ${column} ${what}`, {
    step: 'checking inputs',
    hint: 'load it with `--engine embedded`, which does',
  });
}
