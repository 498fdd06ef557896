import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EtlError } from '../errors.js';
import type { Output } from '../load/merge-table.js';
import type { Footer } from '../parquet/footer.js';
import type { ValueKind } from '../sources/sources.js';
import { datasetOf } from '../tables/partitions.js';
import { type Column, type ColumnType, type TableName, tableNamed } from '../tables/tables.js';
import { readCatalog } from './catalog.js';
import { checkFolder, nearestThere } from './check-folder.js';
import { localOutputs, type OutputFiles } from './output-files.js';

const step = 'checking outputs';

/** The rows of the outputs that are there, by table. */
export type RowsThere = ReadonlyMap<TableName, number>;

/**
 * Checks what the outputs that are there look like, so that a file of another make is refused before any work. Throws `output` or
 * `data`.
 */
export async function checkOutputs(outputs: readonly Output[]): Promise<RowsThere> {
  const rowsThere = new Map<TableName, number>();
  for (const output of outputs) {
    checkFolder(dirname(output.path));
    const dataset = datasetOf(output.path);
    if (dataset !== null) checkDisk(dataset);
    if (output.exists) rowsThere.set(output.table, await checkOutput(output));
  }
  return rowsThere;
}

/** Parts wait beside the dataset, and are put into it by renaming. */
function checkDisk(dataset: string): void {
  const [inside, beside] = [statSync(nearestThere(dataset)), statSync(nearestThere(dirname(dataset)))];
  if (inside.dev === beside.dev) return;
  throw new EtlError('output', `${dataset}: is on another file system than ${dirname(dataset)}`, {
    step,
    hint: 'put the folder above it there too (`gold_dir`), or choose another `--data-root`',
  });
}

const kinds: Readonly<Record<ColumnType, ValueKind>> = {
  VARCHAR: 'text',
  'VARCHAR[]': 'list',
  DOUBLE: 'float',
};

async function checkOutput({ table, path }: Output): Promise<number> {
  if (datasetOf(path) !== null) return (await readCatalog(path))?.rows ?? 0;
  return checkTable(table, path, localOutputs);
}

/** The rows of an output that is one file. Throws `data` where it is of another make, and `output`. */
export async function checkTable(name: TableName, path: string, files: OutputFiles): Promise<number> {
  const { columns, rows } = await files.footerOf(path, {
    step,
    refuse: (reason, cause) => refusal(path, name, reason, cause),
  });
  const [found, expected] = [describeFound(columns), describeColumns(tableNamed(name).columns)];
  if (found !== expected) throw refusal(path, name, `found the columns ${found}; expected ${expected}`);
  return rows;
}

/** The columns of a file in words. */
export function describeFound(columns: Footer['columns']): string {
  return [...columns].map(([column, { kind }]) => `${column} ${kind}`).join(', ');
}

/** The columns that a file is to have, in the same words. */
export function describeColumns(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${name} ${kinds[type]}`).join(', ');
}

function refusal(path: string, name: string, reason: string, cause?: unknown): EtlError {
  return new EtlError('data', `${path} is in the way: it is not a ${name} of etl1: ${reason}`, {
    step,
    hint: 'move that file away, or choose another `--data-root`',
    cause,
  });
}
