import { join } from 'node:path';
import { compareRoots } from '../../src/compare/compare.js';
import { type Comparison, comparisonSchema, type TableComparison } from '../../src/compare/comparison.js';
import { loadConfig } from '../../src/config/load.js';
import type { TableName } from '../../src/tables/tables.js';
import { withFolder } from './load-pair.js';
import { writeQueries } from './write-outputs.js';

const environment = { settings: new Map(), configFile: undefined, noColor: true };
const { settings } = loadConfig({
  environment,
  file: '/dev/null',
  flags: { memory_limit_mb: 512, threads: 1 },
});

export interface Comparing {
  readonly tolerance?: number;
  readonly examples?: number;
  readonly tables?: readonly TableName[];
}

/** Compares two roots as the command does, but in this process and without environment or file settings. */
export async function compareFolders(
  left: string,
  right: string,
  { tolerance = 0, examples = 3, tables = [] }: Comparing = {},
): Promise<Comparison> {
  const request = { left, right, tables, tolerance, examples, settings };
  return comparisonSchema.parse(await compareRoots(request, () => {}, new AbortController().signal));
}

/** Compares what two queries give as the files of one table. */
export async function compareQueries(
  name: TableName,
  left: string,
  right: string,
  comparing: Comparing = {},
): Promise<TableComparison> {
  return withFolder(async (folder) => {
    const [one, other] = [join(folder, 'left'), join(folder, 'right')];
    const fileIn = (root: string) => join(root, settings[`${name}_file`]);
    await writeQueries({ [fileIn(one)]: left, [fileIn(other)]: right });
    const { tables } = await compareFolders(one, other, { ...comparing, tables: [name] });
    const compared = tables[name];
    if (!compared) throw new RangeError(name);
    return compared;
  });
}
