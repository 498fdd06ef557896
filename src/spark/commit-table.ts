import { EtlError, messageOf } from '../errors.js';
import type { MergedTable } from '../load/merge-table.js';
import type { Table } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import { packages } from './catalog.js';
import type { Statements } from './session.js';
import { whatSparkSaid } from './what-spark-said.js';

/** What is to become of a table: counted, and not written yet. */
export interface TableChange {
  readonly table: Table;
  readonly merged: MergedTable;
  readonly isThere: boolean;
  /** None where its rows stay as they are. */
  readonly statements: readonly string[];
}

/** Changes a table, which is made if it is not there. Throws `busy` where somebody else has changed it meanwhile. */
export async function commitTable(
  session: Statements,
  catalog: CatalogScript,
  { table, merged, isThere, statements }: TableChange,
): Promise<void> {
  try {
    if (!isThere) await session.run(catalog.createTable(table));
    for (const statement of statements) await session.run(statement);
  } catch (thrown) {
    throw explainUncommitted(thrown, merged.path);
  }
}

/** What Spark says where the catalog is its own, which has no such tables. */
const noIceberg = /DATA_SOURCE_NOT_FOUND/;

/** What Iceberg says where somebody else was first. */
const conflict = /Found (?:new )?conflicting|missing data files|CommitFailedException/;

const again = 'what is committed is whole: run the same command again, which does the rest';

/** What ends a load that somebody else was in the way of. */
export function changedMeanwhile(name: string, how: string, cause?: unknown): EtlError {
  const message = `${name}: was changed by somebody else while it was merged; expected no other writer: ${how}`;
  return new EtlError('busy', message, {
    step: 'merging',
    hint: `${again}; loads of one data root take turns by themselves`,
    cause,
  });
}

function explainUncommitted(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof EtlError) || thrown.kind !== 'output') return thrown;
  const said = whatSparkSaid(messageOf(thrown));
  if (conflict.test(messageOf(thrown))) return changedMeanwhile(name, said, thrown);
  if (noIceberg.test(said))
    return new EtlError(
      'config',
      `${name}: cannot be made: ${said}; expected a catalog that has Iceberg tables`,
      {
        step: 'merging',
        hint: `set ${packages} in spark_conf, and spark_catalog to a catalog of Iceberg's`,
        cause: thrown,
      },
    );
  return new EtlError('output', `${name}: is not merged: ${said}`, {
    step: 'merging',
    hint: again,
    cause: thrown,
  });
}
