import { join } from 'node:path';
import type { DataFrame } from 'nodejs-polars';
import { EtlError } from '../errors.js';
import { WindowReader } from '../extract/window-reader.js';
import type { ChunkRange, Window } from '../extract/windows.js';
import { type SourceName, sources } from '../sources/sources.js';
import type { ChunkShape } from '../transform/shape.js';
import { type Batch, batchesOf } from './batches.js';
import type { CodedWindow, RatesCodebook } from './coded-rates.js';
import type { PlannedFile } from './plan.js';

/** A window and what it takes to read it. */
export interface Reading {
  readonly file: PlannedFile;
  readonly window: Window;
  readonly shape: ChunkShape;
  /** Batches of the window that are to be staged. */
  readonly batches: readonly Batch[];
  /** How texts are read as codes; null where rows are looked at as they are. To be asked when it is read: it takes time. */
  readonly coded: () => CodedWindow | null;
}

/** A window's rows, and how they are reduced if their texts are codes. */
export interface Read {
  readonly reading: Reading;
  readonly frame: DataFrame;
  readonly coded: CodedWindow | null;
  /** The rows as they are, read when they are first asked for. */
  readonly rows: () => Promise<DataFrame>;
}

/**
 * How the files of a source are read, window by window. `codebook` sees the first in any case, also if nothing is left
 * to do of it: its codes depend on that.
 */
export function readingsOf(
  source: SourceName,
  files: readonly PlannedFile[],
  codebook: RatesCodebook | null,
  isDone: (batch: Batch) => boolean,
): Reading[] {
  const [first] = files;
  const [firstWindow] = first?.windows ?? [];
  if (first && firstWindow) codebook?.plan(first, firstWindow);
  let firstChunk = 1;
  const readings = files.flatMap((file) =>
    file.windows.map((window): Reading => {
      const batches = batchesOf(window, firstChunk).filter((batch) => !isDone(batch));
      firstChunk += window.chunks.length;
      const coded = () => codebook?.plan(file, window) ?? null;
      return { file, window, shape: shapeOf(source, file, window), batches, coded };
    }),
  );
  return readings.filter(({ batches }) => batches.length > 0);
}

/** What the window's chunks look like. Only columns of the contract count, and the anchor is always read. */
function shapeOf(source: SourceName, { layout }: PlannedFile, { constants }: Window): ChunkShape {
  const { anchor } = sources[source];
  const known = [...constants].filter(([column]) => layout.has(column) && column !== anchor);
  return { layout, constants: new Map(known) };
}

/** Bytes of a file up to which its pages are always looked into first: of larger ones that takes a sixth of the time of a load. */
const smallBytes = 2 ** 24;

interface ReaderOptions {
  /** A folder for scratch files. */
  readonly scratch: string;
  /** What rows that are read together may come to. */
  readonly mostBytes: number;
  /** Whether pages are looked into before they are decoded, also of large files. */
  readonly isWary: boolean;
}

/** Reads windows into frames, by way of scratch files in one folder. */
export class SourceReader {
  readonly #reader = new WindowReader();
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #isWary: boolean;
  #scratchFiles = 0;

  constructor({ scratch, mostBytes, isWary }: ReaderOptions) {
    this.#folder = scratch;
    this.#mostBytes = mostBytes;
    this.#isWary = isWary;
  }

  /** Reads a window: as codes where that can be. */
  async read(reading: Reading): Promise<Read> {
    const { window } = reading;
    this.#checkBytes(reading, window);
    const coded = reading.coded();
    let asTheyAre: Promise<DataFrame> | undefined;
    const rows = () => {
      asTheyAre ??= this.readRows(reading, window);
      return asTheyAre;
    };
    const frame = coded && (await this.#readCoded(reading, coded));
    if (coded && frame) return { reading, frame, coded, rows };
    return { reading, frame: await rows(), coded: null, rows };
  }

  /** Reads some rows of a window as they are. */
  async readRows({ file, window, shape }: Reading, range: ChunkRange): Promise<DataFrame> {
    this.#checkBytes({ file, window }, range);
    const { layout, constants } = shape;
    const columns = [...layout.keys()].filter((column) => !constants.has(column));
    const part = { ...range, rowGroups: rowGroupsIn(window, range) };
    const frame = await this.#reader.read(
      file.footer,
      part,
      { columns, checksLevels: this.#checksLevels(file) },
      this.#scratch(),
    );
    if (!frame) throw new RangeError('rows as they are can always be read');
    return frame;
  }

  /** A few bytes of a file can stand for more than there is memory. Throws `input`. */
  #checkBytes({ file, window }: Pick<Reading, 'file' | 'window'>, { firstRow, rows }: ChunkRange): void {
    const bytes = (window.bytes * rows) / window.rows;
    if (bytes <= this.#mostBytes) return;
    const [found, most] = [bytes, this.#mostBytes].map((size) => Math.ceil(size / 2 ** 20));
    throw new EtlError(
      'input',
      `${file.path}: rows ${firstRow}-${firstRow + rows} unpack to ${found} MB; the memory limit leaves ${most} MB for them`,
      { step: 'reading rows', hint: 'run again with a larger `--memory-limit`' },
    );
  }

  #readCoded({ file, window }: Reading, { columns, coders, transform }: CodedWindow) {
    const checksLevels = this.#checksLevels(file);
    const how = { columns, coders, checksLevels, collect: transform.collect };
    return this.#reader.read(file.footer, window, how, this.#scratch());
  }

  #checksLevels({ bytes }: PlannedFile): boolean {
    return this.#isWary || bytes <= smallBytes;
  }

  #scratch(): string {
    this.#scratchFiles += 1;
    return join(this.#folder, `excerpt-${this.#scratchFiles}.parquet`);
  }
}

function rowGroupsIn({ rowGroups }: Window, { firstRow, rows }: ChunkRange) {
  return rowGroups.filter(
    (group) => group.firstRow < firstRow + rows && group.firstRow + group.rows > firstRow,
  );
}
