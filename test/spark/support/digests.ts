import { digestOf } from '../../model/digest.js';
import { tableNames } from '../../model/tables.js';
import { readPartitionedOutputs } from '../../support/partitioned.js';

/** Rows and digest of each table below a data root, facts in partitions, as published counts have them. */
export async function digestsIn(dataRoot: string): Promise<Record<string, { rows: number; digest: string }>> {
  const outputs = await readPartitionedOutputs(dataRoot);
  return Object.fromEntries(
    tableNames.map((table) => [
      table,
      { rows: outputs[table].length, digest: digestOf(table, outputs[table]) },
    ]),
  );
}
