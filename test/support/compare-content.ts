import { join } from 'node:path';
import type { ReadLimits } from '../../src/pipeline/plan.js';
import type { Summary } from '../../src/pipeline/summary.js';
import type { Settings } from '../model/settings.js';
import { columnsOf, type OutputRow, type TableName, tableNames } from '../model/tables.js';
import { loadFiles, type Parts, writeFiles } from './compare-files.js';
import { brokenKeysOf } from './compare-keys.js';
import { readOutputs } from './load-pair.js';

/** All that must not depend on how an input is laid out. */
export interface Content extends Pick<Summary, 'rejects' | 'warnings'> {
  /** Sorted rows by table. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly brokenKeys: readonly string[];
}

/** What an empty data root holds after a load, told in such a way that equal contents are equal. */
export async function contentOf(
  folder: string,
  parts: Parts,
  settings: Settings,
  chunkSize: number,
  limits?: ReadLimits,
): Promise<Content> {
  const files = await writeFiles(join(folder, 'input'), parts);
  const dataRoot = join(folder, 'data');
  const { rejects, warnings } = await loadFiles(dataRoot, files, settings, chunkSize, limits);
  const outputs = await readOutputs(dataRoot);
  const tables = tableNames.map((name) => [name, linesOf(name, outputs[name])] as const);
  return { rejects, warnings, tables: Object.fromEntries(tables), brokenKeys: brokenKeysOf(outputs) };
}

/** Rows as sorted lines of JSON. */
export function linesOf(name: TableName, rows: Iterable<OutputRow>): string[] {
  return [...rows].map((row) => JSON.stringify(columnsOf[name].map((column) => row[column] ?? null))).sort();
}
