import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localCluster, quickConf } from './spark.js';

/** Writes a configuration for the engine of the tests; gives where it is. */
export function writeConfig(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
  name = 'spark.yaml',
): string {
  const path = join(folder, name);
  const all = {
    engine: 'spark',
    fact_layout: 'partitioned',
    spark_master: localCluster,
    spark_conf: quickConf,
    ...settings,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
