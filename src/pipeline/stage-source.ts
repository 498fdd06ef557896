import { cut, spanOf } from '../extract/windows.js';
import { stageChunk } from '../load/stage.js';
import type { StagedFiles } from '../load/staged.js';
import type { SourceName } from '../sources/sources.js';
import type { TransformSettings } from '../transform/rates.js';
import { type Batch, type NumberedChunk, neighbours, smallerPieces } from './batches.js';
import { isOfChunk, reasonOf } from './chunk-failure.js';
import { RatesCodebook } from './coded-rates.js';
import type { Observer, RunEvent } from './events.js';
import type { MemoryGovernor } from './memory.js';
import type { PlannedSource } from './plan.js';
import { type Read, type Reading, readingsOf, SourceReader } from './read-window.js';
import { ChunkReducer, joinReduced, type Reduced, rowsOf } from './reduce-chunk.js';
import {
  addUpBatches,
  batchFolder,
  type ChunkFailure,
  rowsStaged,
  type StagedBatch,
} from './staged-batch.js';
import { StepProgress } from './step-progress.js';
import { inAdvance, workOff } from './work-off.js';

/** What staging a source came to. */
export interface StagedSource {
  readonly files: StagedFiles;
  readonly rejectFiles: readonly string[];
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** Rows of each context, by its code. */
  readonly contexts: Readonly<Record<string, number>>;
  /** Rows that were left out. */
  readonly failures: readonly ChunkFailure[];
  /** Rows of all that is staged. */
  readonly stagedRows: number;
  /** Chunks that an interrupted run had staged. */
  readonly resumedChunks: number;
  /** Rows that were read, and what was staged of them, leaving out what an interrupted run had staged. */
  readonly rowsIn: number;
  readonly rowsOut: number;
  /** What the codes of staged facts stand for. */
  readonly codebook: RatesCodebook | null;
}

export interface Staging {
  /** Where batches go, a folder each. */
  readonly folder: string;
  /** Where files go that are gone when a window is read. */
  readonly scratch: string;
  readonly settings: TransformSettings;
  /** What to do about a chunk that cannot be read or reduced. */
  readonly onChunkError: 'skip' | 'abort';
  /** Bytes that rows which are read together may come to. */
  readonly mostBytes: number;
  /** Rows that are reduced at once where they are codes; chunks of fewer are put together. */
  readonly rowsAtOnce: number;
  /** Whether pages are looked into before they are decoded, also of large files. */
  readonly isWary: boolean;
  /** Cores to keep busy with chunks. */
  readonly concurrency: number;
  /** Batches that are staged already, by the number of their first chunk. */
  readonly done: ReadonlyMap<number, StagedBatch>;
  readonly memory: MemoryGovernor;
  readonly observe: Observer;
  /** Stops the work at the next chunk. */
  readonly signal: AbortSignal;
}

/** What it took to reduce a chunk. */
type Took = Pick<Extract<RunEvent, { type: 'chunk-finished' }>, 'rowsOut' | 'seconds' | 'rssMb'>;

/** Chunks to work on together, and the batch that they belong to. */
interface Task {
  readonly read: Read | null;
  readonly chunks: readonly NumberedChunk[];
  readonly progress: BatchProgress;
}

/** How far a batch is. */
interface BatchProgress {
  readonly reading: Reading;
  readonly batch: Batch;
  readonly reduced: Reduced[];
  /** What went wrong first, if anything did. */
  failure: { readonly cause: unknown } | null;
  left: number;
}

/** A window that was read, or why it could not be. */
type Attempt = { readonly read: Read } | { readonly reading: Reading; readonly cause: unknown };

/** Streams a source through its transform, chunk by chunk, into staged files. Throws what `signal` was aborted with. */
export async function stageSource(
  source: SourceName,
  planned: PlannedSource,
  staging: Staging,
): Promise<StagedSource> {
  const { observe, memory, settings, signal, done, onChunkError } = staging;
  const [firstFile] = planned.files;
  const codebook = source === 'rates' && firstFile ? new RatesCodebook(firstFile, settings) : null;
  for (const { note } of done.values()) if (note.codebook) codebook?.restore(note.codebook);
  const reader = new SourceReader(staging);
  const reducer = new ChunkReducer(source, settings, codebook);
  const readings = readingsOf(source, planned.files, codebook, ({ firstChunk }) => done.has(firstChunk));
  const resumedChunks = [...done.values()].reduce((sum, { note }) => sum + note.chunks, 0);
  if (resumedChunks > 0) observe({ type: 'resumed', source, chunks: resumedChunks, of: planned.chunks });
  const rowsLeft = readings.flatMap(({ batches }) => batches).reduce((sum, { rows }) => sum + rows, 0);
  const step = new StepProgress(observe, source, planned.rowsToRead, planned.rowsToRead - rowsLeft);

  const begin = (read: Read, { number: chunk, firstRow, rows }: NumberedChunk) => {
    const { firstRow: before } = read.reading.file;
    const { chunks } = planned;
    observe({ type: 'chunk-started', source, chunk, chunks, firstRow: before + firstRow, rows });
  };
  const end = (read: Read, { number: chunk, firstRow, rows }: NumberedChunk, took: Took) => {
    const { firstRow: before } = read.reading.file;
    observe({ type: 'chunk-finished', source, chunk, firstRow: before + firstRow, rowsIn: rows, ...took });
  };

  const reduceChunk = async (read: Read, chunk: NumberedChunk): Promise<Reduced[]> => {
    const started = performance.now();
    const reduced: Reduced[] = [];
    for (const piece of cut(chunk, Math.ceil(chunk.rows / memory.pieces)))
      reduced.push(await reducer.reduce(read, piece));
    const seconds = (performance.now() - started) / 1000;
    end(read, chunk, { rowsOut: rowsOf(reduced), seconds, rssMb: await memory.settle(chunk.rows) });
    return reduced;
  };

  /** Reduces neighbours at once; one by one where memory has become tight, or one of them has rows to be looked at. */
  const reduceChunks = async (read: Read, chunks: readonly NumberedChunk[]): Promise<Reduced[]> => {
    for (const chunk of chunks) begin(read, chunk);
    const started = performance.now();
    const isAtOnce = chunks.length > 1 && !memory.isTight;
    const atOnce = isAtOnce ? await reducer.reduceCodes(read, spanOf(chunks)) : null;
    const reduced: Reduced[] = [];
    if (!atOnce) {
      for (const chunk of chunks) {
        signal.throwIfAborted();
        reduced.push(...(await reduceChunk(read, chunk)));
      }
      return reduced;
    }
    const seconds = (performance.now() - started) / 1000;
    const rssMb = await memory.settle(spanOf(chunks).rows);
    for (const { chunk, ...share } of shares(chunks, { seconds, rowsOut: rowsOf([atOnce]) }))
      end(read, chunk, { ...share, rssMb });
    return [atOnce];
  };

  /** Tries a batch that failed once more, in smaller pieces, and leaves out what fails again. */
  const retry = async ({ reading, batch, failure }: BatchProgress) => {
    const reduced: Reduced[] = [];
    const failures: ChunkFailure[] = [];
    const file = reading.file.path;
    const pieces = smallerPieces(batch, reading.window.rowGroups);
    observe({ type: 'chunk-retried', source, file, ...batch, reason: reasonOf(failure?.cause) });
    for (const piece of pieces) {
      signal.throwIfAborted();
      try {
        const frame = await reader.readRows(reading, piece);
        reduced.push(await reducer.reduceRows(reading, frame, piece));
      } catch (cause) {
        if (!isOfChunk(cause) || onChunkError === 'abort') throw cause;
        leaveOut(failures, {
          source,
          file,
          first_row: piece.firstRow,
          rows: piece.rows,
          reason: reasonOf(cause),
        });
      }
    }
    for (const { first_row: firstRow, rows, reason } of failures)
      observe({ type: 'chunk-failed', source, file, firstRow, rows, reason });
    return { reduced, failures };
  };

  const stageBatch = async (progress: BatchProgress): Promise<StagedBatch> => {
    const { batch, failure } = progress;
    const { reduced, failures } = failure
      ? await retry(progress)
      : { reduced: progress.reduced, failures: [] };
    const { relations, counts } = await joinReduced(reduced);
    const unkept = codebook?.unkept();
    const note = { chunks: batch.chunks.length, ...counts, failures, codebook: unkept?.part ?? null };
    const folder = batchFolder(staging.folder, batch.firstChunk);
    await stageChunk(folder, relations, note);
    if (unkept) codebook?.keep(unkept.mark);
    // the codebook has the texts: of many batches they would take much memory once more
    return { folder, note: { ...note, codebook: null } };
  };

  const work = async ({ read, chunks, progress }: Task): Promise<StagedBatch[]> => {
    try {
      if (read && !progress.failure) progress.reduced.push(...(await reduceChunks(read, chunks)));
    } catch (cause) {
      if (!isOfChunk(cause)) throw cause;
      progress.failure ??= { cause };
    }
    for (const { rows } of chunks) step.advance(rows, rows);
    progress.left -= chunks.length;
    return progress.left === 0 ? [await stageBatch(progress)] : [];
  };

  const attempt = async (reading: Reading): Promise<Attempt> => {
    try {
      return { read: await reader.read(reading) };
    } catch (cause) {
      if (!isOfChunk(cause)) throw cause;
      return { reading, cause };
    }
  };
  const ahead = () => (memory.isTight ? 0 : 2);
  const rowsAtOnce = () => (memory.isTight ? 0 : staging.rowsAtOnce);
  const tasks = tasksOf(readings, attempt, ahead, rowsAtOnce, signal);
  // one more than are worked on, because a chunk waits for the disk now and then
  const workers = () => (memory.isTight ? 1 : staging.concurrency + 1);
  const staged = (await workOff(tasks, work, workers)).flat();
  return {
    ...addUpBatches([...done.values(), ...staged]),
    resumedChunks,
    rowsIn: step.rows,
    rowsOut: rowsStaged(staged),
    codebook,
  };
}

/** What reducing chunks at once took, divided by their rows; the parts add up to the whole. */
function shares(chunks: readonly NumberedChunk[], { seconds, rowsOut }: Omit<Took, 'rssMb'>) {
  const { rows } = spanOf(chunks);
  let before = 0;
  return chunks.map((chunk) => {
    const from = Math.round((rowsOut * before) / rows);
    before += chunk.rows;
    const to = Math.round((rowsOut * before) / rows);
    return { chunk, seconds: (seconds * chunk.rows) / rows, rowsOut: to - from };
  });
}

/** Rows that follow one another are one failure. */
function leaveOut(failures: ChunkFailure[], failure: ChunkFailure): void {
  const last = failures.at(-1);
  const isNext = last && last.first_row + last.rows === failure.first_row;
  if (isNext) failures.splice(-1, 1, { ...last, rows: last.rows + failure.rows });
  else failures.push(failure);
}

/** Cuts chunks from windows, which are read in order. */
async function* tasksOf(
  readings: readonly Reading[],
  read: (reading: Reading) => Promise<Attempt>,
  ahead: () => number,
  rowsAtOnce: () => number,
  signal: AbortSignal,
): AsyncGenerator<Task> {
  signal.throwIfAborted();
  for await (const attempt of inAdvance(readings, read, ahead)) {
    const reading = 'read' in attempt ? attempt.read.reading : attempt.reading;
    for (const batch of reading.batches) {
      const progress: BatchProgress = {
        reading,
        batch,
        reduced: [],
        failure: 'read' in attempt ? null : { cause: attempt.cause },
        left: batch.chunks.length,
      };
      const read = 'read' in attempt ? attempt.read : null;
      for (const chunks of neighbours(batch.chunks, read?.coded ? rowsAtOnce() : 0)) {
        signal.throwIfAborted();
        yield { read, chunks, progress };
      }
    }
  }
}
