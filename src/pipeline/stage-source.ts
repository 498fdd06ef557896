import { join } from 'node:path';
import { readWindow, sliceChunk } from '../extract/read.js';
import type { Window } from '../extract/windows.js';
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
  readonly memory: MemoryGovernor;
  readonly observe: Observer;
}

const compilers = { rates: compileRates, providers: compileProviders };

/** Streams a source through its transform, chunk by chunk, into staged files. */
export async function stageSource(
  source: SourceName,
  { files, chunks }: PlannedSource,
  { folder, settings, memory, observe }: Staging,
): Promise<StagedSource> {
  const folders: string[] = [];
  const rejectFiles: string[] = [];
  const rejects: Record<string, number> = {};
  const warnings: Record<string, number> = {};
  const compile = remember(source, settings);

  for (const { file, window } of windowsOf(files)) {
    const shape = shapeOf(source, file, window);
    const transform = compile(shape);
    const columns = [...shape.layout.keys()].filter((column) => !shape.constants.has(column));
    const frame = await readWindow(file.path, window, columns);
    for (const chunk of window.chunks) {
      const started = performance.now();
      const firstRow = file.firstRow + chunk.firstRow;
      observe({
        type: 'chunk-started',
        source,
        chunk: folders.length + 1,
        chunks,
        firstRow,
        rows: chunk.rows,
      });
      const {
        star,
        rejects: rejected,
        ...found
      } = await transform(sliceChunk(frame, window, chunk), firstRow);
      const chunkFolder = join(folder, source, String(folders.length + 1).padStart(6, '0'));
      const located = rejected && locateRejects(rejected, file.path, chunk.firstRow);
      await stageChunk(chunkFolder, located ? { ...star, rejects: located } : star);
      folders.push(chunkFolder);
      addTo(warnings, found.warnings);
      if (rejected) {
        addTo(rejects, await countReasons(rejected));
        rejectFiles.push(stagedFile(chunkFolder, 'rejects'));
      }
      const rowsOut = Object.values(star).reduce((sum, relation) => sum + relation.height, 0);
      const seconds = (performance.now() - started) / 1000;
      observe({
        type: 'chunk-finished',
        source,
        rowsIn: chunk.rows,
        rowsOut,
        seconds,
        rssMb: await memory.settle(),
      });
    }
  }
  return { folders, rejectFiles, rejects, warnings };
}

function windowsOf(files: readonly PlannedFile[]): { file: PlannedFile; window: Window }[] {
  return files.flatMap((file) => file.windows.map((window) => ({ file, window })));
}

/** What the window's chunks look like. Only columns of the contract count, and the anchor is always read. */
function shapeOf(source: SourceName, { layout }: PlannedFile, { constants }: Window): ChunkShape {
  const { anchor } = sources[source];
  const known = [...constants].filter(([column]) => layout.has(column) && column !== anchor);
  return { layout, constants: new Map(known) };
}

/** Compiles a transform anew only when the shape differs from the one before, which it hardly ever does. */
function remember(source: SourceName, settings: TransformSettings) {
  let last: { key: string; transform: ReturnType<(typeof compilers)[SourceName]> } | undefined;
  return (shape: ChunkShape) => {
    const key = JSON.stringify([[...shape.layout], [...shape.constants]]);
    if (last?.key !== key) last = { key, transform: compilers[source](shape, settings) };
    return last.transform;
  };
}

function addTo(totals: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [reason, rows] of Object.entries(more)) totals[reason] = (totals[reason] ?? 0) + rows;
}
