import { z } from 'zod';
import { EtlError, messageOf } from '../errors.js';
import { together } from '../load/together.js';
import { type Table, tables } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import { describedColumns } from '../warehouse/iceberg-sql.js';
import type { Statements } from './session.js';
import { whatSparkSaid } from './what-spark-said.js';

const step = 'opening the catalog';

/** What a configuration needs to have Iceberg at all. */
export const packages =
  'spark.jars.packages: org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0 (docs/scaling.md)';

const listed = z.object({ tableName: z.string() });
const described = z.object({ col_name: z.string(), data_type: z.string().nullable() });

/**
 * Opens the namespace of a catalog, which is made if it is not there; gives which of the tables are. Throws `config` where there is no
 * such catalog, `data` where a table under one of their names is another one.
 */
export async function openCatalog(session: Statements, script: CatalogScript): Promise<readonly Table[]> {
  const names = await namesThere(session, script);
  const found = await together(
    ...tables.map(async (table) =>
      names.has(table.name) && (await isTable(session, script, table)) ? [table] : [],
    ),
  );
  return found.flat();
}

async function namesThere(session: Statements, script: CatalogScript): Promise<Set<string>> {
  try {
    await session.run(script.openNamespace());
    const rows = await session.rows(script.listTables());
    return new Set(rows.map((row) => listed.parse(row).tableName));
  } catch (thrown) {
    throw explainUnopened(thrown, script.namespace);
  }
}

/** Spark looks for a namespace in its own catalog where it knows of no other one of that name. */
const noCatalog = /REQUIRES_SINGLE_PART_NAMESPACE|CATALOG_NOT_FOUND/;
const noPlugin = /CATALOG_PLUGIN|plugin class|ClassNotFound|NoClassDefFound/i;

function explainUnopened(thrown: unknown, namespace: string): unknown {
  if (!(thrown instanceof EtlError) || thrown.kind !== 'output') return thrown;
  const [catalog = ''] = namespace.split('.');
  const said = messageOf(thrown);
  const expected = `expected an Iceberg catalog that spark_conf describes`;
  if (noCatalog.test(said))
    return new EtlError(
      'config',
      `spark_catalog is ${namespace}: Spark has no catalog ${catalog}; ${expected}`,
      {
        step,
        hint: `set spark.sql.catalog.${catalog} in spark_conf, and ${packages}`,
        cause: thrown,
      },
    );
  const isConfig = noPlugin.test(said);
  return new EtlError(
    isConfig ? 'config' : 'output',
    `spark_catalog is ${namespace}: catalog ${catalog} does not open: ${whatSparkSaid(said)}; ${expected}`,
    {
      step,
      hint: isConfig
        ? `set ${packages} in spark_conf, for the version of your Spark`
        : `check spark.sql.catalog.${catalog} in spark_conf, its address and its rights, then run the same command again`,
      cause: thrown,
    },
  );
}

/** A catalog of files lists a table from the moment that its first file is there, and has it only once that is in its place. */
const unfinished = /\[TABLE_OR_VIEW_NOT_FOUND\]/;

/** Whether a name that is listed is a table yet, rather than what is left of one that was being made. Throws `data` where it is another one. */
async function isTable(session: Statements, script: CatalogScript, table: Table): Promise<boolean> {
  const rows = await describe(session, script, table);
  if (rows !== null) checkTable(script, table, rows);
  return rows !== null;
}

type Described = z.infer<typeof described>;

/** What Spark tells of a table; null where it has none of that name. */
async function describe(
  session: Statements,
  script: CatalogScript,
  table: Table,
): Promise<Described[] | null> {
  try {
    const rows = await session.rows(script.describeTable(table));
    return rows.map((row) => described.parse(row));
  } catch (thrown) {
    if (thrown instanceof EtlError && unfinished.test(thrown.message)) return null;
    throw thrown;
  }
}

function checkTable(script: CatalogScript, table: Table, rows: readonly Described[]): void {
  const end = rows.findIndex(({ col_name: name }) => name === '' || name.startsWith('#'));
  const found = rows.slice(0, end < 0 ? rows.length : end);
  const columns = found.map(({ col_name: name, data_type: type }) => `${name} ${type}`).join(', ');
  const expected = describedColumns(table).join(', ');
  if (columns !== expected)
    throw isOther(script, table, `found the columns ${columns}; expected ${expected}`);
  const provider = rows.slice(end).find(({ col_name: name }) => name === 'Provider')?.data_type;
  if (provider?.toLowerCase() !== 'iceberg')
    throw isOther(script, table, `found a table of ${provider ?? 'no known make'}; expected one of iceberg`);
}

function isOther(script: CatalogScript, table: Table, what: string): EtlError {
  return new EtlError(
    'data',
    `${script.nameOf(table)} is in the way: it is not a ${table.name} of etl1: ${what}`,
    {
      step: 'checking outputs',
      hint: 'name another namespace by spark_catalog, or rename that table; nothing was written',
    },
  );
}
