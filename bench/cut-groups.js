#!/usr/bin/env node
/**
 * Writes a parquet file again, in small row groups, which DuckDB does not make, of up to 32,767 rows:
 *
 *   node bench/cut-groups.js <file> <copy> <rows per group>
 */
import { renameSync } from 'node:fs';
import pl from 'nodejs-polars';

const [file, copy, rowsPerGroup] = process.argv.slice(2);
const aside = `${copy}.tmp`;
await pl
  .scanParquet(file)
  .sinkParquet(aside, { compression: 'zstd', statistics: true, rowGroupSize: Number(rowsPerGroup) })
  .collect();
renameSync(aside, copy);
