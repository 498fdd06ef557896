import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sparkEnvironmentFolder } from '../../../scripts/install-spark.js';
import { EtlError } from '../../../src/errors.js';
import type { SparkSession } from '../../../src/spark/session.js';
import { type TableName, tableNames } from '../../model/tables.js';
import type { Outputs } from '../../support/compare-keys.js';
import { localCluster, spark, startSession } from './spark.js';

export const icebergPackage = 'org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0';

/**
 * A catalog called `lake`, in a folder, and another one called `fresh` in the same, which looks at its tables anew each time. Spark fetches
 * what it needs once, and keeps it.
 */
export const catalogConf = (warehouse: string): Record<string, string> => ({
  'spark.jars.packages': icebergPackage,
  'spark.jars.ivy': join(dirname(sparkEnvironmentFolder()), 'ivy'),
  ...Object.fromEntries(
    ['lake', 'fresh'].flatMap((name) => [
      [`spark.sql.catalog.${name}`, 'org.apache.iceberg.spark.SparkCatalog'],
      [`spark.sql.catalog.${name}.type`, 'hadoop'],
      [`spark.sql.catalog.${name}.warehouse`, warehouse],
    ]),
  ),
  // on a slow machine it would forget its tables between two statements
  'spark.sql.catalog.lake.cache.expiration-interval-ms': '-1',
  'spark.sql.catalog.fresh.cache-enabled': 'false',
});

/** Starts a session with a catalog; null where there is no Spark, or where Iceberg cannot be fetched, which is said. */
export async function startWithCatalog(warehouse: string): Promise<SparkSession | null> {
  if (!spark) return null;
  try {
    return await startSession(localCluster, catalogConf(warehouse));
  } catch (thrown) {
    const isUnfetched = thrown instanceof EtlError && /unresolved dependency|not found/i.test(thrown.message);
    if (!isUnfetched) throw thrown;
    process.stderr.write(`skipped: Spark cannot fetch ${icebergPackage}\n`);
    return null;
  }
}

const rowSchema = z.record(z.string(), z.union([z.null(), z.string(), z.number(), z.array(z.string())]));

/** All tables as they are now; no rows of those that are missing. */
export async function readTables(
  session: SparkSession,
  namespace: string,
  missing: readonly TableName[] = [],
): Promise<Outputs> {
  const read = async (table: TableName) => {
    if (missing.includes(table)) return [];
    await session.run(`REFRESH TABLE ${namespace}.${table}`);
    return z.array(rowSchema).parse(await session.rows(`SELECT * FROM ${namespace}.${table}`));
  };
  return {
    dim_code: await read('dim_code'),
    dim_payer: await read('dim_payer'),
    dim_provider_group: await read('dim_provider_group'),
    dim_pos_set: await read('dim_pos_set'),
    xref_pg_npi: await read('xref_pg_npi'),
    xref_pg_tin: await read('xref_pg_tin'),
    fact_rate: await read('fact_rate'),
  };
}

/** Tables that are not there, or that were still being made when whoever made them was killed. */
export async function missingTables(session: SparkSession, namespace: string): Promise<TableName[]> {
  const missing: TableName[] = [];
  for (const table of tableNames) {
    try {
      await session.rows(`DESCRIBE TABLE ${namespace}.${table}`);
    } catch (thrown) {
      if (!(thrown instanceof EtlError && thrown.message.includes('TABLE_OR_VIEW_NOT_FOUND'))) throw thrown;
      missing.push(table);
    }
  }
  return missing;
}

/** How many times each table was changed. */
export async function changesOf(session: SparkSession, namespace: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tableNames) {
    const [row] = await session.rows(`SELECT count(*) AS changes FROM ${namespace}.${table}.snapshots`);
    counts[table] = Number(row?.['changes']);
  }
  return counts;
}
