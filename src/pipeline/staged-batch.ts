import { join } from 'node:path';
import { z } from 'zod';
import { stagedFile, stagedNames } from '../load/staged.js';

const counts = z.record(z.string(), z.number());
const codes = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

/** Rows that could not be read or reduced and were left out. */
export const chunkFailureSchema = z.object({
  source: z.enum(['rates', 'providers']),
  file: z.string(),
  /** Within the file, from 0. */
  first_row: z.number(),
  rows: z.number(),
  reason: z.string(),
});

/** What is noted with a staged batch: all that a run that goes on after it has to know. */
export const batchNoteSchema = z.object({
  /** Chunks that it holds. */
  chunks: z.number(),
  /** Rows of each staged relation. */
  relations: counts,
  rejects: counts,
  warnings: counts,
  /** Rows of each context, by its code. */
  contexts: counts,
  failures: z.array(chunkFailureSchema),
  /** Texts behind codes that no batch before holds. */
  codebook: z.object({ texts: z.record(z.string(), codes), services: codes }).nullable(),
});

export type BatchNote = z.output<typeof batchNoteSchema>;
export type ChunkFailure = z.output<typeof chunkFailureSchema>;

/** What was staged in one folder. */
export interface StagedBatch {
  readonly folder: string;
  readonly note: BatchNote;
}

/** The folder of a batch: the number of its first chunk, so that names sort as rows do. */
export function batchFolder(sourceFolder: string, firstChunk: number): string {
  return join(sourceFolder, String(firstChunk).padStart(6, '0'));
}

/** What batches come to, in the order of the input: they end in any order. */
export function addUpBatches(batches: readonly StagedBatch[]) {
  const inOrder = [...batches].sort((one, other) => (one.folder < other.folder ? -1 : 1));
  const filesOf = (relation: string) =>
    inOrder
      .filter(({ note }) => Object.hasOwn(note.relations, relation))
      .map(({ folder }) => stagedFile(folder, relation));
  const notes = inOrder.map(({ note }) => note);
  return {
    files: Object.fromEntries(stagedNames.map((name) => [name, filesOf(name)])),
    rejectFiles: filesOf('rejects'),
    rejects: addUp(notes.map(({ rejects }) => rejects)),
    warnings: addUp(notes.map(({ warnings }) => warnings)),
    contexts: addUp(notes.map(({ contexts }) => contexts)),
    failures: notes.flatMap(({ failures }) => failures),
    stagedRows: rowsStaged(batches),
  };
}

/** Rows of every relation that batches hold. */
export function rowsStaged(batches: readonly StagedBatch[]): number {
  const rows = batches.flatMap(({ note }) => Object.values(note.relations));
  return rows.reduce((sum, count) => sum + count, 0);
}

/** Sums by name, in the order of the names. */
export function addUp(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const totals = new Map<string, number>();
  for (const [name, rows] of parts.flatMap(Object.entries<number>))
    totals.set(name, (totals.get(name) ?? 0) + rows);
  return Object.fromEntries([...totals].sort(([one], [other]) => (one < other ? -1 : 1)));
}
