import { databaseVersion } from '../load/db.js';
import { pl } from '../polars.js';
import { programVersion } from './program-version.js';

/** The versions of all that has a part in what a run writes. */
export function versionsOf(): Record<string, string> {
  return {
    etl1: programVersion(),
    node: process.versions.node,
    polars: pl.version,
    duckdb: databaseVersion(),
  };
}
