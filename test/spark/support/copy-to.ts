import { placeIn } from '../../../src/config/address.js';
import type { SparkSession } from '../../../src/spark/session.js';

/** Copies a parquet file of this machine to an address, by way of Spark, which writes it anew. */
export async function copyTo(session: SparkSession, path: string, address: string): Promise<void> {
  const aside = `${address}.aside`;
  await session.run(`INSERT OVERWRITE DIRECTORY '${aside}' USING parquet
    SELECT /*+ COALESCE(1) */ * FROM parquet.\`file://${path}\``);
  const names = (await session.files.list(aside, false)) ?? [];
  const [name = ''] = names.filter((one) => one.endsWith('.parquet'));
  await session.files.place(placeIn(aside, name), address);
  await session.files.remove(aside);
}
