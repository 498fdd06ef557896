import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EtlError, isDiskTrouble, messageOf, systemCodeOf } from '../errors.js';
import { concatenate } from '../parquet/concatenate.js';
import { type Derivation, deriveColumns } from '../parquet/derive-columns.js';
import { tableNamed } from '../tables/tables.js';
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

/** How many times the facts find room where they are compared as one number. */
const packedShare = 1.75;

/** A part of the fact table. */
interface Part {
  readonly path: string;
  readonly rows: number;
}

/** Incoming facts as the database wrote them, bucket by bucket. */
export interface WrittenFacts {
  readonly existing: number;
  /** Facts there that are of the incoming slices. */
  readonly inSlices: number;
  readonly parts: readonly NarrowPart[];
  /** What is to be put in the place of the column that `parts` have; null where they have all columns. */
  readonly contexts: Derivation | null;
}

/** Facts of a bucket, what they come from, and how all of their columns are selected. */
interface NarrowPart extends Part {
  /** Makes the view of what the facts are made of. */
  readonly tuples: string;
  readonly select: (columns: readonly string[]) => string;
}

/**
 * Writes the incoming facts, one bucket after the other so that memory does not grow with the input; of an upsert those
 * alone whose key is not there yet. If they allow, the texts of their contexts are left for later: put in afterwards,
 * they take no time per row.
 */
export async function writeFacts(database: Database, request: MergeRequest): Promise<WrittenFacts> {
  const { rules, factsInMemory, scratch, rowGroupRows } = request;
  const count = async (query: string) => (await database.numbers(query))['rows'] ?? 0;
  const existing = await count(sql.countExistingFacts);
  const inSlices = existing > 0 ? await count(sql.countFactsInSlices) : 0;
  const known = rules.mode === 'upsert' ? inSlices : 0;
  await database.run(sql.findSharedCodes());
  const { staged = 0, shared = 0 } = await database.numbers(sql.countFacts);
  const { own } = await database.numbers(sql.tuplesHaveOwnKeys);
  const sizes = await database.numbers(sql.countDimensions);
  const weights = sql.weigh(Object.values(sizes).map(BigInt));
  await database.run(sql.viewTuples({ number: 0, of: 1 }, weights), sql.viewIncomingFacts(rules, own === 1));
  // the others stream through
  const compared = own === 1 ? shared / (weights ? packedShare : 1) : staged;
  const buckets = Math.max(1, Math.ceil(Math.max(compared, known) / factsInMemory));
  const contexts = await readContexts(database, request);
  const parts: NarrowPart[] = [];
  for (let number = 0; number < buckets; number += 1) {
    const bucket = { number, of: buckets };
    const tuples = sql.viewTuples(bucket, weights);
    await database.run(tuples);
    const select = (columns: readonly string[]) =>
      known > 0 ? sql.selectNewFacts(columns, bucket) : sql.selectIncomingFacts(columns);
    const path = join(scratch, `facts-${number}.parquet`);
    const columns = contexts ? narrowColumns(contexts) : factColumns;
    parts.push({ path, tuples, select, rows: await write(database, select(columns), path, rowGroupRows) });
  }
  return { existing, inSlices, parts, contexts };
}

/**
 * Makes the fact table of what is there and what was written. What is there is not decoded again: its row groups are
 * copied as they are, before those of the new facts. Throws `output`.
 */
export async function assembleFacts(
  database: Database,
  output: Output,
  request: MergeRequest,
  written: WrittenFacts,
): Promise<MergedTable> {
  try {
    return await assembleWritten(database, output, request, written);
  } catch (cause) {
    if (!isDiskTrouble(cause)) throw cause;
    throw new EtlError('output', `${output.path}: cannot be written: ${messageOf(cause)}`, {
      step: 'merging',
      hint: 'check the free space and the rights under the data root, then run the same command again',
      cause,
    });
  }
}

async function assembleWritten(
  database: Database,
  output: Output,
  request: MergeRequest,
  { existing, inSlices, parts: narrow, contexts }: WrittenFacts,
): Promise<MergedTable> {
  const parts: Part[] = [];
  for (const part of narrow)
    parts.push(contexts ? await widen(database, part, contexts, request.rowGroupRows) : part);
  const inserted = parts.reduce((rows, part) => rows + part.rows, 0);
  const waiting = waitingName(output.path, request.suffix);

  if (inSlices > 0 && request.rules.mode === 'replace') {
    const left = { path: join(request.scratch, 'left.parquet'), rows: existing - inSlices };
    if (left.rows > 0) await write(database, sql.selectFactsOutsideSlices, left.path, request.rowGroupRows);
    await assemble([left, ...parts], waiting);
    return { ...counted(output, left.rows, inserted), removed: inSlices, waiting };
  }
  if (inserted === 0 && output.exists) return counted(output, existing, 0);
  await assemble([{ path: output.path, rows: existing }, ...parts], waiting);
  return { ...counted(output, existing, inserted), waiting };
}

/** Puts the texts of contexts in; facts that do not allow it are written again. */
async function widen(
  database: Database,
  { path, rows, tuples, select }: NarrowPart,
  contexts: Derivation,
  rowGroupRows: number,
): Promise<Part> {
  const wide = `${path}.wide`;
  const isDerived = await deriveColumns(path, contexts, wide);
  await rm(path);
  if (isDerived) return { path: wide, rows };
  await database.run(tuples);
  return { path: wide, rows: await write(database, select(factColumns), wide, rowGroupRows) };
}

const factColumns = tableNamed('fact_rate').columns.map(({ name }) => name);

function narrowColumns({ from, derived }: Derivation): string[] {
  return [from, ...factColumns.filter((column) => !derived.has(column))];
}

/** Beyond so many contexts it is quicker to write their texts with the rows. */
const mostContexts = 10_000;

/** The texts of contexts by column; null where they cannot be put in by context. */
async function readContexts(database: Database, { rules }: MergeRequest): Promise<Derivation | null> {
  const { contexts = 0 } = await database.numbers(sql.countContexts);
  if (contexts > mostContexts) return null;
  const rows = await database.rows(sql.selectContexts(rules));
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== 'ref');
  const derived = new Map(
    columns.map((column) => {
      const texts = rows.map((row) => [BigInt(String(row['ref'])), textOrNull(row[column])] as const);
      return [column, new Map(texts)] as const;
    }),
  );
  const isEvery = [...derived.values()].every(
    (texts) => new Set([...texts.values()].map((text) => text === null)).size === 1,
  );
  return isEvery ? { columns: factColumns, from: 'context', derived } : null;
}

/** The text whose bytes are given in hexadecimal digits. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? Buffer.from(value, 'hex').toString('utf8') : null;
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
