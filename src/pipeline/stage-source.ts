import { join } from 'node:path';
import pl, { type DataFrame } from 'nodejs-polars';
import { sliceChunk } from '../extract/read.js';
import { WindowReader } from '../extract/window-reader.js';
import { type ChunkRange, cut, type Window } from '../extract/windows.js';
import { locateRejects, stageChunk } from '../load/stage.js';
import { type StagedFiles, stagedFile, stagedNames } from '../load/staged.js';
import { type SourceName, sources } from '../sources/sources.js';
import { compileProviders } from '../transform/providers.js';
import { compileRates, type TransformSettings } from '../transform/rates.js';
import { joinChunks } from '../transform/rates-coded.js';
import { countReasons } from '../transform/rejects.js';
import type { ChunkShape } from '../transform/shape.js';
import { type CodedWindow, RatesCodebook } from './coded-rates.js';
import type { Observer } from './events.js';
import type { MemoryGovernor } from './memory.js';
import type { PlannedFile, PlannedSource } from './plan.js';
import { inAdvance, workOff } from './work-off.js';

/** What staging a source came to. */
export interface StagedSource {
  readonly files: StagedFiles;
  readonly rejectFiles: readonly string[];
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** What the codes of staged facts stand for. */
  readonly codebook: RatesCodebook | null;
}

export interface Staging {
  readonly folder: string;
  readonly settings: TransformSettings;
  /** Cores to keep busy with chunks. */
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

/** A window's rows, and how they are reduced if their texts are codes. */
interface Read {
  readonly reading: Reading;
  readonly frame: DataFrame;
  readonly coded: CodedWindow | null;
  /** The rows as they are, read when they are first asked for. */
  readonly rows: () => Promise<DataFrame>;
}

/** A chunk to work on. */
interface Task {
  readonly read: Read;
  readonly chunk: ChunkRange;
  /** From 1. */
  readonly number: number;
  readonly batch: Batch;
}

/** Chunks of a window that are staged together, once all of them are reduced. */
interface Batch {
  readonly reduced: Reduced[];
  left: number;
}

/** What was staged in one folder. */
interface StagedFolder {
  readonly folder: string;
  /** The relations that were staged. */
  readonly relations: readonly string[];
  readonly rejects: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
}

/** What a chunk was reduced to. */
interface Reduced {
  readonly relations: Readonly<Record<string, DataFrame>>;
  readonly rejects: DataFrame | null;
  readonly warnings: Readonly<Record<string, number>>;
}

const compilers = { rates: compileRates, providers: compileProviders };

/** Streams a source through its transform, chunk by chunk, into staged files. */
export async function stageSource(
  source: SourceName,
  planned: PlannedSource,
  staging: Staging,
): Promise<StagedSource> {
  const { observe, memory, settings } = staging;
  const [firstFile] = planned.files;
  const codebook = source === 'rates' && firstFile ? new RatesCodebook(firstFile, settings) : null;
  const compile = compileOnce(source, settings);
  const reader = new WindowReader();
  const folderOf = (name: string) => join(staging.folder, source, name);

  const reduceRows = async ({ reading, rows }: Read, piece: ChunkRange): Promise<Reduced> => {
    const { file, window, shape } = reading;
    const frame = sliceChunk(await rows(), window, piece);
    const { star, rejects, warnings } = await compile(shape)(frame, file.firstRow + piece.firstRow);
    const located = rejects && locateRejects(rejects, file.path, piece.firstRow);
    return { relations: { ...star, ...(located && { rejects: located }) }, rejects, warnings };
  };

  const reduce = async (read: Read, piece: ChunkRange): Promise<Reduced> => {
    const { coded, frame, reading } = read;
    const codes = coded && sliceChunk(frame, reading.window, piece);
    const reduced = codes && (await coded.transform.reduce(codes));
    if (!reduced) return reduceRows(read, piece);
    codebook?.noteContexts(reduced);
    await codebook?.noteServices(reduced, codes, coded.transform);
    // others are worked on meanwhile
    codebook?.prepare();
    return { relations: { coded_fact: reduced.fact }, rejects: null, warnings: reduced.warnings };
  };

  const reduceChunk = async (read: Read, chunk: ChunkRange, number: number): Promise<Reduced[]> => {
    const started = performance.now();
    const firstRow = read.reading.file.firstRow + chunk.firstRow;
    observe({
      type: 'chunk-started',
      source,
      chunk: number,
      chunks: planned.chunks,
      firstRow,
      rows: chunk.rows,
    });
    const reduced: Reduced[] = [];
    for (const piece of cut(chunk, Math.ceil(chunk.rows / memory.pieces)))
      reduced.push(await reduce(read, piece));
    observe({
      type: 'chunk-finished',
      source,
      rowsIn: chunk.rows,
      rowsOut: heightOf(reduced),
      seconds: (performance.now() - started) / 1000,
      rssMb: await memory.settle(chunk.rows),
    });
    return reduced;
  };

  const readings = readingsOf(source, planned.files);
  const tasks = tasksOf(
    readings,
    (reading) => readWhole(reader, reading, codebook, staging.folder),
    () => (memory.isTight ? 0 : 2),
  );
  const stage = async ({ read, chunk, number, batch }: Task): Promise<StagedFolder[]> => {
    batch.reduced.push(...(await reduceChunk(read, chunk, number)));
    batch.left -= 1;
    if (batch.left > 0) return [];
    return [await stageReduced(folderOf(String(number).padStart(6, '0')), batch.reduced)];
  };
  // one more than are worked on, because a chunk waits for the disk now and then
  const staged = await workOff(tasks, stage, () => (memory.isTight ? 1 : staging.concurrency + 1));
  return { ...total(staged.flat()), codebook };
}

/** Stages what chunks were reduced to in one folder. */
async function stageReduced(folder: string, chunks: readonly Reduced[]): Promise<StagedFolder> {
  const names = [...new Set(chunks.flatMap(({ relations }) => Object.keys(relations)))];
  const relations = names.map((name) => {
    const frames = chunks.flatMap(({ relations: { [name]: frame } }) => frame ?? []);
    return [
      name,
      name === 'coded_fact' ? joinChunks(frames) : pl.concat(frames.map((frame) => frame.lazy())),
    ] as const;
  });
  await stageChunk(folder, Object.fromEntries(relations));
  const rejects = chunks.flatMap((chunk) => chunk.rejects ?? []);
  return {
    folder,
    relations: names,
    rejects: addUp(await Promise.all(rejects.map(countReasons))),
    warnings: addUp(chunks.map(({ warnings }) => warnings)),
  };
}

function heightOf(chunks: readonly Reduced[]): number {
  const frames = chunks.flatMap(({ relations }) => Object.values(relations));
  return frames.reduce((rows, { height }) => rows + height, 0);
}

/** Cuts chunks from windows, which are read in order. */
async function* tasksOf(
  readings: readonly Reading[],
  readReading: (reading: Reading) => Promise<Read>,
  ahead: () => number,
): AsyncGenerator<Task> {
  for await (const read of inAdvance(readings, readReading, ahead)) {
    const { window, firstChunk } = read.reading;
    let batch: Batch = { reduced: [], left: 0 };
    for (const [index, chunk] of window.chunks.entries()) {
      if (index % batchChunks(window) === 0)
        batch = { reduced: [], left: Math.min(batchChunks(window), window.chunks.length - index) };
      yield { read, chunk, number: firstChunk + index, batch };
    }
  }
}

/** Rows whose chunks are staged together, if a window has as many: small files cost as much to write as to read. */
const batchRows = 500_000;

function batchChunks({ chunks }: Window): number {
  return Math.max(1, Math.floor(batchRows / (chunks[0]?.rows ?? 1)));
}

/** Reads a window: as codes where that can be. */
async function readWhole(
  reader: WindowReader,
  reading: Reading,
  codebook: RatesCodebook | null,
  folder: string,
): Promise<Read> {
  const { file, window, shape, firstChunk } = reading;
  const scratch = join(folder, `excerpt-${firstChunk}.parquet`);
  let asTheyAre: Promise<DataFrame> | undefined;
  const rows = () => {
    asTheyAre ??= readRows(reader, file, window, shape, `${scratch}.rows`);
    return asTheyAre;
  };
  const planned = codebook?.plan(file, window) ?? null;
  const frame = planned && (await readCoded(reader, file, window, planned, scratch));
  if (planned && frame) return { reading, frame, coded: planned, rows };
  return { reading, frame: await rows(), coded: null, rows };
}

function readCoded(
  reader: WindowReader,
  { footer }: PlannedFile,
  window: Window,
  coded: CodedWindow,
  scratch: string,
) {
  const { columns, coders, transform } = coded;
  return reader.read(footer, window, { columns, coders, collect: transform.collect }, scratch);
}

async function readRows(
  reader: WindowReader,
  { footer }: PlannedFile,
  window: Window,
  { layout, constants }: ChunkShape,
  scratch: string,
): Promise<DataFrame> {
  const columns = [...layout.keys()].filter((column) => !constants.has(column));
  const frame = await reader.read(footer, window, { columns }, scratch);
  if (!frame) throw new RangeError('rows as they are can always be read');
  return frame;
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
function total(staged: readonly StagedFolder[]): Omit<StagedSource, 'codebook'> {
  const chunks = [...staged].sort((one, other) => (one.folder < other.folder ? -1 : 1));
  const filesOf = (relation: string) =>
    chunks
      .filter(({ relations }) => relations.includes(relation))
      .map(({ folder }) => stagedFile(folder, relation));
  return {
    files: Object.fromEntries(stagedNames.map((name) => [name, filesOf(name)])),
    rejectFiles: filesOf('rejects'),
    rejects: addUp(chunks.map(({ rejects }) => rejects)),
    warnings: addUp(chunks.map(({ warnings }) => warnings)),
  };
}

/** Sums by reason, in the order of their names. */
export function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const totals = new Map<string, number>();
  for (const [reason, rows] of counts.flatMap(Object.entries<number>))
    totals.set(reason, (totals.get(reason) ?? 0) + rows);
  return Object.fromEntries([...totals].sort(([one], [other]) => (one < other ? -1 : 1)));
}
