import type { DataFrame, LazyDataFrame } from 'nodejs-polars';
import { sliceChunk } from '../extract/read.js';
import type { ChunkRange } from '../extract/windows.js';
import { locateRejects } from '../load/stage.js';
import { pl } from '../polars.js';
import type { SourceName } from '../sources/sources.js';
import { compileProviders } from '../transform/providers.js';
import { compileRates, type TransformSettings } from '../transform/rates.js';
import { joinChunks } from '../transform/rates-coded.js';
import { countReasons } from '../transform/rejects.js';
import type { ChunkShape } from '../transform/shape.js';
import type { RatesCodebook } from './coded-rates.js';
import type { Read, Reading } from './read-window.js';
import { addUp } from './staged-batch.js';

/** What a chunk was reduced to. */
export interface Reduced {
  readonly relations: Readonly<Record<string, DataFrame>>;
  readonly rejects: DataFrame | null;
  readonly warnings: Readonly<Record<string, number>>;
  /** Rows of each context, by its code. */
  readonly contexts: Readonly<Record<string, number>>;
}

const compilers = { rates: compileRates, providers: compileProviders };

/** Reduces the chunks of a source to small stars. */
export class ChunkReducer {
  readonly #codebook: RatesCodebook | null;
  readonly #compile: ReturnType<typeof compileOnce>;

  constructor(source: SourceName, settings: TransformSettings, codebook: RatesCodebook | null) {
    this.#codebook = codebook;
    this.#compile = compileOnce(source, settings);
  }

  /** Reduces rows of a window, as codes where that can be. */
  async reduce(read: Read, range: ChunkRange): Promise<Reduced> {
    const reduced = await this.reduceCodes(read, range);
    if (reduced) return reduced;
    const { reading, rows } = read;
    return this.reduceRows(reading, sliceChunk(await rows(), reading.window, range), range);
  }

  /** Reduces rows of a window as codes; null where they have to be looked at. */
  async reduceCodes({ coded, frame, reading }: Read, range: ChunkRange): Promise<Reduced | null> {
    if (!coded) return null;
    const codes = sliceChunk(frame, reading.window, range);
    const reduced = await coded.transform.reduce(codes);
    if (!reduced) return null;
    await this.#codebook?.noteServices(reduced, codes, coded.transform);
    // others are worked on meanwhile
    this.#codebook?.prepare();
    const { fact, warnings, contexts } = reduced;
    const relations = { coded_fact: fact };
    return { relations, rejects: null, warnings, contexts: Object.fromEntries(contexts) };
  }

  /** Reduces rows that were read as they are. */
  async reduceRows({ file, shape }: Reading, frame: DataFrame, { firstRow }: ChunkRange): Promise<Reduced> {
    const { star, rejects, warnings } = await this.#compile(shape)(frame, file.firstRow + firstRow);
    const located = rejects && locateRejects(rejects, file.path, firstRow);
    return {
      relations: { ...star, ...(located && { rejects: located }) },
      rejects,
      warnings,
      contexts: {},
    };
  }
}

/** Chunks as one: their relations end to end, and their counts added up. */
export async function joinReduced(chunks: readonly Reduced[]) {
  const names = [...new Set(chunks.flatMap(({ relations }) => Object.keys(relations)))];
  const framesOf = (name: string) => chunks.flatMap(({ relations: { [name]: frame } }) => frame ?? []);
  const relations: Record<string, LazyDataFrame> = Object.fromEntries(
    names.map((name) => {
      const frames = framesOf(name);
      const joined =
        name === 'coded_fact' ? joinChunks(frames) : pl.concat(frames.map((frame) => frame.lazy()));
      return [name, joined];
    }),
  );
  const rejects = chunks.flatMap((chunk) => chunk.rejects ?? []);
  return {
    relations,
    counts: {
      relations: Object.fromEntries(names.map((name) => [name, heightOf(framesOf(name))])),
      rejects: addUp(await Promise.all(rejects.map(countReasons))),
      warnings: addUp(chunks.map(({ warnings }) => warnings)),
      contexts: addUp(chunks.map(({ contexts }) => contexts)),
    },
  };
}

/** Rows of all relations of some chunks. */
export function rowsOf(chunks: readonly Reduced[]): number {
  return heightOf(chunks.flatMap(({ relations }) => Object.values(relations)));
}

function heightOf(frames: readonly DataFrame[]): number {
  return frames.reduce((rows, { height }) => rows + height, 0);
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
