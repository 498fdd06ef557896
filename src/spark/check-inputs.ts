import { EtlError } from '../errors.js';
import type { PlannedFile } from '../pipeline/plan.js';
import { sparkTypeOf } from '../warehouse/spark-types.js';

/** Refuses files that have a column of a type that Spark does not read, before it is started. Throws `data`. */
export function checkReadable(files: readonly PlannedFile[]): void {
  for (const { path, footer, layout } of files) {
    const unknown = footer.schemas.find(
      (schema) =>
        layout.has(schema.name) && layout.get(schema.name)?.kind !== 'null' && sparkTypeOf(schema) === null,
    );
    if (unknown)
      throw new EtlError('data', `${path}: column ${unknown.name} is of a type that Spark does not read`, {
        step: 'checking inputs',
        hint: 'load it with `--engine embedded`, which does',
      });
  }
}
