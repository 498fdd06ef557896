import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestContent } from '../parquet/digest-content.js';
import { type Partition, partColumns, partitionFolder } from '../tables/partitions.js';
import { tableNamed } from '../tables/tables.js';
import type { Database } from './db.js';
import { joinParts, type Part } from './join-parts.js';
import {
  counted,
  explainUnwritten,
  type MergedTable,
  type MergeRequest,
  type NewPart,
  type Output,
  type PartitionChange,
  type Partitioning,
  write,
} from './merge-table.js';
import * as partitionSql from './partition-sql.js';
import { type WrittenFacts, widenFacts } from './write-facts.js';

/** Only a file that something else wrote has none; no partition is named so. */
const given = z
  .string()
  .nullable()
  .transform((text) => text ?? '');

const slicesSchema = z.array(
  z
    .object({
      state: given,
      payer_slug: given,
      year_month: z.string().nullable(),
      rows: z.coerce.number(),
    })
    .transform(({ rows, ...partition }) => ({ partition, rows })),
);

/** The partitions that a query gives, and how many facts are in each. */
export async function readPartitions(
  database: Database,
  query: string,
): Promise<{ partition: Partition; rows: number }[]> {
  return slicesSchema.parse(await database.rows(query));
}

/** A partition that facts come in for, and the parts that it has. */
export interface OpenPartition {
  readonly partition: Partition;
  readonly parts: readonly string[];
}

/** Finds the partitions that the staged facts are of, and makes a view of the facts in them: no others can share a key. */
export async function openPartitions(
  database: Database,
  { partsOf }: Partitioning,
): Promise<OpenPartition[]> {
  const open: OpenPartition[] = [];
  for (const { partition } of await readPartitions(database, partitionSql.selectSlices))
    open.push({ partition, parts: await partsOf(partition) });
  await database.run(partitionSql.viewExistingParts(open));
  return open;
}

/** The columns that facts are written with: those of one partition without the columns that its folder tells. */
export function columnsToWrite(open: readonly OpenPartition[]): string[] {
  const columns = open.length === 1 ? partColumns : tableNamed('fact_rate').columns;
  return columns.map(({ name }) => name);
}

/** What became of the facts, counted over the partitions that they came in for. */
export interface MergedParts {
  readonly facts: MergedTable;
  readonly changes: readonly PartitionChange[];
}

/** What was written as parts of partitions, beside those that are there. Throws `output`. */
export async function assembleParts(
  database: Database,
  output: Output,
  request: MergeRequest & { readonly partitioning: Partitioning },
  open: readonly OpenPartition[],
  written: WrittenFacts,
): Promise<MergedParts> {
  try {
    return await assembleWritten(database, output, request, open, written);
  } catch (cause) {
    throw explainUnwritten(output, cause);
  }
}

async function assembleWritten(
  database: Database,
  output: Output,
  request: MergeRequest & { readonly partitioning: Partitioning },
  open: readonly OpenPartition[],
  written: WrittenFacts,
): Promise<MergedParts> {
  const { rules, partitioning, progress, rowGroupRows } = request;
  const parts = await widenFacts(database, written, rowGroupRows);
  const changes: PartitionChange[] = [];
  for (const { partition, parts: there } of open) {
    const own = open.length === 1 ? parts : await pickOut(database, request, partition, parts);
    const replaces = rules.mode === 'replace' && there.length > 0;
    changes.push({ partition, replaces, parts: await pack(own, partition, partitioning) });
  }
  const inserted = parts.reduce((rows, part) => rows + part.rows, 0);
  const removed = rules.mode === 'replace' ? written.inSlices : 0;
  const facts = { ...counted(output, written.existing - removed, inserted), removed };
  progress.advance(1, facts.kept);
  return { facts, changes };
}

/** The rows of one partition, of parts that hold those of several. */
async function pickOut(
  database: Database,
  { scratch, rowGroupRows }: MergeRequest,
  partition: Partition,
  parts: readonly Part[],
): Promise<Part[]> {
  const picked: Part[] = [];
  for (const [number, part] of parts.entries()) {
    const path = join(scratch, partitionFolder(partition), `${number}.parquet`);
    const query = partitionSql.selectPartition(part.path, partition);
    picked.push({ path, rows: await write(database, query, path, rowGroupRows) });
  }
  return picked;
}

/** Joins small parts: so many facts make one. */
async function pack(
  parts: readonly Part[],
  partition: Partition,
  { waiting, partRows }: Partitioning,
): Promise<NewPart[]> {
  const packed: NewPart[] = [];
  const folder = join(waiting, partitionFolder(partition));
  await mkdir(folder, { recursive: true });
  for (const group of groupByRows(parts, partRows)) {
    const path = join(folder, `${packed.length}.part`);
    await joinParts(group, path);
    const rows = group.reduce((sum, part) => sum + part.rows, 0);
    packed.push({ waiting: path, rows, digest: await digestContent(path) });
  }
  return packed;
}

/** Neighbours together that come to at most so many rows; none that has no rows. */
export function groupByRows<Kind extends Part>(parts: readonly Kind[], most: number): Kind[][] {
  const groups: Kind[][] = [];
  let room = 0;
  for (const part of parts.filter(({ rows }) => rows > 0)) {
    if (part.rows > room || groups.length === 0) {
      groups.push([]);
      room = most;
    }
    groups.at(-1)?.push(part);
    room -= part.rows;
  }
  return groups;
}
