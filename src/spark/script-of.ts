import { constantsThroughout } from '../pipeline/constants-throughout.js';
import type { Plan, PlannedFile } from '../pipeline/plan.js';
import type { SourceName, Stored } from '../sources/sources.js';
import { CatalogScript } from '../warehouse/catalog-script.js';
import { type InputFile, viewName } from '../warehouse/input-columns.js';
import { LoadScript } from '../warehouse/load-script.js';
import { sparkDialect } from '../warehouse/spark-dialect.js';
import { sparkTypeOf } from '../warehouse/spark-types.js';

/** The statements of a plan; what is needed only while it runs goes to the scratch folder. */
export function scriptOf({ sources, rules, payerSlugOverride }: Plan, scratch: string): LoadScript {
  const filesOf = (source: SourceName) =>
    sources[source].files.map((file, number) => {
      const { path, rows } = file;
      const constants = constantsThroughout(source, file);
      return { view: viewName(source, number), path, rows, constants, ...columnsOf(file) };
    });
  return new LoadScript(sparkDialect, {
    files: { rates: filesOf('rates'), providers: filesOf('providers') },
    rules: { ...rules, payerSlugOverride },
    scratch,
  });
}

/** The statements about the tables of a catalog; null for a plan whose outputs are files. */
export function catalogOf({ catalog, rules }: Plan): CatalogScript | null {
  return catalog === null ? null : new CatalogScript(sparkDialect, { namespace: catalog, rules });
}

/** How the columns of a file are stored, and the types that Spark reads them as. */
function columnsOf({ layout, footer }: PlannedFile): Pick<InputFile, 'layout' | 'types'> {
  const types = new Map<string, string>();
  const read = new Map<string, Stored>();
  for (const schema of footer.schemas) {
    const [stored, type] = [layout.get(schema.name), sparkTypeOf(schema)];
    if (!stored || stored.kind === 'null' || type === null) continue;
    types.set(schema.name, type);
    read.set(schema.name, stored);
  }
  return { layout: read, types };
}
