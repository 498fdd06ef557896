import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '../errors.js';
import { concatenate } from '../parquet/concatenate.js';
import type { Database } from './db.js';
import {
  counted,
  type MergedTable,
  type MergeRequest,
  type Output,
  waitingName,
  write,
} from './merge-table.js';
import * as sql from './sql.js';

/** A written part of the fact table. */
interface Part {
  readonly path: string;
  readonly rows: number;
}

/**
 * Upserts the staged facts, one bucket after the other so that memory does not grow with the input. What is there
 * already is not decoded again: its row groups are copied as they are, before those of the new facts.
 */
export async function mergeFacts(
  database: Database,
  output: Output,
  request: MergeRequest,
): Promise<MergedTable> {
  const { rules, suffix } = request;
  const count = async (query: string) => (await database.numbers(query))['rows'] ?? 0;
  await database.run(sql.collectSlices(rules));
  const existing = await count(sql.countExistingFacts);
  const inSlices = existing > 0 ? await count(sql.countFactsInSlices) : 0;
  const parts = await writeParts(database, request, inSlices > 0 && rules.mode === 'upsert');
  const inserted = parts.reduce((rows, part) => rows + part.rows, 0);
  const waiting = waitingName(output.path, suffix);

  if (inSlices > 0 && rules.mode === 'replace') {
    const left = { path: join(request.scratch, 'left.parquet'), rows: existing - inSlices };
    if (left.rows > 0) await write(database, sql.selectFactsOutsideSlices, left.path);
    await assemble([left, ...parts], waiting);
    return { ...counted(output, left.rows, inserted), removed: inSlices, waiting };
  }
  if (inserted === 0 && output.exists) return counted(output, existing, 0);
  await assemble([{ path: output.path, rows: existing }, ...parts], waiting);
  return { ...counted(output, existing, inserted), waiting };
}

/** Writes the incoming facts bucket by bucket, all of them or those alone whose key is not there yet. */
async function writeParts(database: Database, request: MergeRequest, newOnly: boolean): Promise<Part[]> {
  const { rules, factsInMemory, scratch } = request;
  const { rows: staged = 0 } = await database.numbers(sql.countStagedFacts);
  const buckets = Math.max(1, Math.ceil(staged / factsInMemory));
  const parts: Part[] = [];
  for (let number = 0; number < buckets; number += 1) {
    const bucket = { number, of: buckets };
    await database.run(sql.unifyFacts(bucket), sql.mintGroupKeys(rules));
    const { own } = await database.numbers(sql.tuplesHaveOwnKeys);
    await database.run(sql.viewIncomingFacts(rules, own === 1));
    const path = join(scratch, `facts-${number}.parquet`);
    const rows = await write(database, newOnly ? sql.selectNewFacts(bucket) : sql.selectIncomingFacts, path);
    parts.push({ path, rows });
  }
  return parts;
}

/** Makes one file of the parts that have rows, or of a part without where none has. */
async function assemble(parts: readonly Part[], path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const filled = parts.filter(({ rows }) => rows > 0);
  const sources = filled.length > 0 ? filled : parts.slice(-1);
  const [only, ...others] = sources;
  if (only && others.length === 0 && (await moves(only.path, path))) return;
  await concatenate(
    sources.map((part) => part.path),
    path,
  );
}

/** Moves a file, unless the two places are on different file systems. */
async function moves(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (systemCodeOf(cause) === 'EXDEV') return false;
    throw cause;
  }
}
