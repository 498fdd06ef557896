import { pl } from '../polars.js';
import { programVersion } from './program-version.js';

/** The versions of all that has a part in what a run writes. */
export async function versionsOf(): Promise<Record<string, string>> {
  // a load begins before that library is there
  const { databaseVersion } = await import('../load/db.js');
  return {
    etl1: programVersion(),
    node: process.versions.node,
    polars: pl.version,
    duckdb: databaseVersion(),
  };
}
