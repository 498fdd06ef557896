import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Derivation, deriveColumns } from '../parquet/derive-columns.js';
import type { Database } from './db.js';
import type { Part } from './join-parts.js';
import { countMet, countNotFound, keepNotFound } from './known-sql.js';
import { type MergeRequest, write } from './merge-table.js';
import * as sql from './sql.js';
import { countGroupFactsIn, countIncomingGroupFacts, makeGroupFacts } from './survey-sql.js';

/** How many times the facts find room where they are compared as one number. */
const packedShare = 1.75;

/** Incoming facts as the database wrote them, bucket by bucket. */
export interface WrittenFacts {
  readonly existing: number;
  /** Facts there that are of the incoming slices. */
  readonly inSlices: number;
  readonly parts: readonly NarrowPart[];
  readonly columns: readonly string[];
  /** What is to be put in the place of the column that `parts` have; null where they have all columns. */
  readonly contexts: Derivation | null;
}

/** Facts of a bucket, what they come from, and how all of their columns are selected. */
interface NarrowPart extends Part {
  /** Makes the view of what the facts are made of. */
  readonly tuples: readonly string[];
  readonly select: (columns: readonly string[]) => string;
}

/**
 * Writes the incoming facts, one bucket after the other so that memory does not grow with the input; of an upsert those
 * alone whose key is not there yet. If they allow, the texts of their contexts are left for later: put in afterwards,
 * they take no time per row.
 */
export async function writeFacts(
  database: Database,
  request: MergeRequest,
  columns: readonly string[],
): Promise<WrittenFacts> {
  const { rules, factsInMemory, scratch, rowGroupRows, outputs, progress, partitioning } = request;
  const count = async (query: string) => (await database.numbers(query))['rows'] ?? 0;
  const existing = await count(sql.countExistingFacts);
  const inSlices = existing > 0 ? await count(sql.countFactsInSlices) : 0;
  const known = rules.mode === 'upsert' ? inSlices : 0;
  await database.run(...sql.noteCodes, sql.findSharedCodes());
  const { staged = 0, shared = 0 } = await database.numbers(sql.countFacts);
  const { own } = await database.numbers(sql.tuplesHaveOwnKeys);
  const sizes = await database.numbers(sql.countDimensions);
  const weights = sql.weigh(Object.values(sizes).map(BigInt));
  await database.run(
    sql.viewTuples({ number: 0, of: 1 }, weights),
    ...sql.viewIncomingFacts(rules, own === 1),
  );
  // the others stream through
  const compared = own === 1 ? shared / (weights ? packedShare : 1) : staged;
  const buckets = Math.max(
    1,
    Math.ceil(Math.max(compared, known) / factsInMemory),
    partitioning ? Math.ceil(staged / partitioning.partRows) : 1,
  );
  progress.expect(outputs.length + buckets);
  const facts = outputs.find(({ table }) => table === 'fact_rate');
  // where most is new, keys have to be made anyway; the list of parts does not tell who wrote them
  const isComparable = own === 1 && known > 0 && known >= staged / 2 && !partitioning;
  const compares = isComparable && facts?.isMadeByLoads?.() ? weights : null;
  const contexts = await readContexts(database, request, columns);
  const parts: NarrowPart[] = [];
  await database.run(makeGroupFacts);
  for (let number = 0; number < buckets; number += 1) {
    const bucket = { number, of: buckets };
    const tuples = [sql.viewTuples(bucket, weights)];
    await database.run(...tuples);
    if (compares) {
      await database.run(...countMet(bucket, compares));
      const { facts } = await database.numbers(countNotFound);
      progress.advance(facts === 0 ? 1 : 0, 0);
      if (facts === 0) continue;
      const others = keepNotFound(bucket, compares);
      await database.run(...others);
      tuples.push(...others);
    }
    const select = (columns: readonly string[]) =>
      known > 0 ? sql.selectNewFacts(columns, bucket) : sql.selectIncomingFacts(columns);
    const path = join(scratch, `facts-${number}.parquet`);
    const written = contexts ? narrowColumns(contexts) : columns;
    const rows = await write(database, select(written), path, rowGroupRows);
    parts.push({ path, tuples, select, rows });
    // a file of all that comes in is read in no time
    if (!compares)
      await database.run(known > 0 ? countIncomingGroupFacts(own === 1) : countGroupFactsIn(path));
    progress.advance(1, rows);
  }
  return { existing, inSlices, parts, columns, contexts };
}

/** Parts with all of their columns. */
export async function widenFacts(
  database: Database,
  { parts: narrow, columns, contexts }: WrittenFacts,
  rowGroupRows: number,
): Promise<Part[]> {
  if (!contexts) return [...narrow];
  const parts: Part[] = [];
  for (const part of narrow) parts.push(await widen(database, part, columns, contexts, rowGroupRows));
  return parts;
}

/** Puts the texts of contexts in; facts that do not allow it are written again. */
async function widen(
  database: Database,
  { path, rows, tuples, select }: NarrowPart,
  columns: readonly string[],
  contexts: Derivation,
  rowGroupRows: number,
): Promise<Part> {
  const wide = `${path}.wide`;
  const isDerived = await deriveColumns(path, contexts, wide);
  await rm(path);
  if (isDerived) return { path: wide, rows };
  await database.run(...tuples);
  return { path: wide, rows: await write(database, select(columns), wide, rowGroupRows) };
}

function narrowColumns({ columns, from, derived }: Derivation): string[] {
  return [from, ...columns.filter((column) => !derived.has(column))];
}

/** Beyond so many contexts it is quicker to write their texts with the rows. */
const mostContexts = 10_000;

/** The texts of contexts by column; null where they cannot be put in by context. */
async function readContexts(
  database: Database,
  { rules }: MergeRequest,
  wanted: readonly string[],
): Promise<Derivation | null> {
  const { contexts = 0 } = await database.numbers(sql.countContexts);
  if (contexts > mostContexts) return null;
  const rows = await database.rows(sql.selectContexts(rules));
  const columns = Object.keys(rows[0] ?? {}).filter((column) => wanted.includes(column));
  const derived = new Map(
    columns.map((column) => {
      const texts = rows.map((row) => [BigInt(String(row['ref'])), textOrNull(row[column])] as const);
      return [column, new Map(texts)] as const;
    }),
  );
  const isEvery = [...derived.values()].every(
    (texts) => new Set([...texts.values()].map((text) => text === null)).size === 1,
  );
  return isEvery ? { columns: wanted, from: 'context', derived } : null;
}

/** The text whose bytes are given in hexadecimal digits. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? Buffer.from(value, 'hex').toString('utf8') : null;
}
