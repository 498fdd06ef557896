import { join } from 'node:path';
import type { DataFrame } from 'nodejs-polars';
import { readWindow, sliceChunk } from '../extract/read.js';
import type { ChunkRange, Window } from '../extract/windows.js';
import { locateRejects, stageChunk } from '../load/stage.js';
import { stagedFile } from '../load/staged.js';
import { type SourceName, sources } from '../sources/sources.js';
import { compileProviders } from '../transform/providers.js';
import { compileRates, type TransformSettings } from '../transform/rates.js';
import { countReasons } from '../transform/rejects.js';
import type { ChunkShape } from '../transform/shape.js';
import type { Observer } from './events.js';
import type { MemoryGovernor } from './memory.js';
import type { PlannedFile, PlannedSource } from './plan.js';

/** What staging a source came to. */
export interface StagedSource {
  /** One folder per chunk. */
  readonly folders: readonly string[];
  readonly rejectFiles: readonly string[];
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
}

export interface Staging {
  readonly folder: string;
  readonly settings: TransformSettings;
  /** Chunks that are worked on at the same time: a small one keeps hardly more than one core busy. */
  readonly concurrency: number;
  readonly memory: MemoryGovernor;
  readonly observe: Observer;
}

/** A window and what it takes to read it. */
interface Reading {
  readonly file: PlannedFile;
  readonly window: Window;
  readonly shape: ChunkShape;
  /** Number of the window's first chunk, from 1. */
  readonly firstChunk: number;
}

interface Task {
  readonly file: PlannedFile;
  readonly shape: ChunkShape;
  readonly frame: DataFrame;
  readonly chunk: ChunkRange;
  /** From 1. */
  readonly number: number;
}

interface StagedChunk {
  readonly folder: string;
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
}

const compilers = { rates: compileRates, providers: compileProviders };

/** Streams a source through its transform, chunk by chunk, into staged files. */
export async function stageSource(
  source: SourceName,
  planned: PlannedSource,
  staging: Staging,
): Promise<StagedSource> {
  const { observe, memory } = staging;
  const compile = compileOnce(source, staging.settings);
  const stage = async ({ file, shape, frame, chunk, number }: Task): Promise<StagedChunk> => {
    const started = performance.now();
    const firstRow = file.firstRow + chunk.firstRow;
    observe({
      type: 'chunk-started',
      source,
      chunk: number,
      chunks: planned.chunks,
      firstRow,
      rows: chunk.rows,
    });
    const { star, rejects, warnings } = await compile(shape)(frame, firstRow);
    const folder = join(staging.folder, source, String(number).padStart(6, '0'));
    const located = rejects && locateRejects(rejects, file.path, chunk.firstRow);
    await stageChunk(folder, { ...star, ...(located && { rejects: located }) });
    const rowsOut = Object.values(star).reduce((sum, relation) => sum + relation.height, 0);
    const seconds = (performance.now() - started) / 1000;
    observe({
      type: 'chunk-finished',
      source,
      rowsIn: chunk.rows,
      rowsOut,
      seconds,
      rssMb: await memory.settle(chunk.rows),
    });
    return { folder, rejects: rejects ? await countReasons(rejects) : {}, warnings };
  };
  // one more than are worked on, so that the next is read meanwhile
  const tasks = tasksOf(readingsOf(source, planned.files), join(staging.folder, 'excerpt.parquet'));
  return total(await workOff(tasks, stage, staging.concurrency + 1));
}

/**
 * Works on tasks side by side. After a failure none is begun, and it is thrown once none is worked on any more: what
 * still writes would write into a folder that is being removed.
 */
async function workOff<Task, Result>(
  tasks: AsyncIterable<Task>,
  work: (task: Task) => Promise<Result>,
  workers: number,
): Promise<Result[]> {
  const results: Result[] = [];
  const worker = async () => {
    for await (const task of tasks) results.push(await work(task));
  };
  const ends = await Promise.allSettled(Array.from({ length: workers }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}

/** Reads windows in order, each when its first chunk is asked for. */
async function* tasksOf(readings: readonly Reading[], scratch: string): AsyncGenerator<Task> {
  for (const { file, window, shape, firstChunk } of readings) {
    const columns = [...shape.layout.keys()].filter((column) => !shape.constants.has(column));
    const frame = await readWindow(file.footer, window, columns, scratch);
    for (const [index, chunk] of window.chunks.entries()) {
      yield { file, shape, chunk, number: firstChunk + index, frame: sliceChunk(frame, window, chunk) };
    }
  }
}

function readingsOf(source: SourceName, files: readonly PlannedFile[]): Reading[] {
  let firstChunk = 1;
  return files.flatMap((file) =>
    file.windows.map((window) => {
      const reading = { file, window, shape: shapeOf(source, file, window), firstChunk };
      firstChunk += window.chunks.length;
      return reading;
    }),
  );
}

/** What the window's chunks look like. Only columns of the contract count, and the anchor is always read. */
function shapeOf(source: SourceName, { layout }: PlannedFile, { constants }: Window): ChunkShape {
  const { anchor } = sources[source];
  const known = [...constants].filter(([column]) => layout.has(column) && column !== anchor);
  return { layout, constants: new Map(known) };
}

/** Compiles a transform anew only when the shape differs from the one before, which it hardly ever does. */
function compileOnce(source: SourceName, settings: TransformSettings) {
  let last: { key: string; transform: ReturnType<(typeof compilers)[SourceName]> } | undefined;
  return (shape: ChunkShape) => {
    const key = JSON.stringify([[...shape.layout], [...shape.constants]]);
    if (last?.key !== key) last = { key, transform: compilers[source](shape, settings) };
    return last.transform;
  };
}

/** What chunks come to, in the order of the input: they end in any order. */
function total(staged: readonly StagedChunk[]): StagedSource {
  const chunks = [...staged].sort((one, other) => (one.folder < other.folder ? -1 : 1));
  const withRejects = chunks.filter(({ rejects }) => Object.keys(rejects).length > 0);
  return {
    folders: chunks.map(({ folder }) => folder),
    rejectFiles: withRejects.map(({ folder }) => stagedFile(folder, 'rejects')),
    rejects: addUp(chunks.map(({ rejects }) => rejects)),
    warnings: addUp(chunks.map(({ warnings }) => warnings)),
  };
}

/** Sums by reason, in the order of their names. */
function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const totals = new Map<string, number>();
  for (const [reason, rows] of counts.flatMap(Object.entries<number>))
    totals.set(reason, (totals.get(reason) ?? 0) + rows);
  return Object.fromEntries([...totals].sort(([one], [other]) => (one < other ? -1 : 1)));
}
