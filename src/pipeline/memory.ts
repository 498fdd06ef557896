import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EtlError } from '../errors.js';

/**
 * Rows between two collections, per MiB of the limit and at most: the garbage of 1.5 million is some 200 MiB. A collection costs as
 * much as reducing a small chunk, because pages that were given back have to be taken again.
 */
const rowsPerMb = 1_500;
const mostRows = 4_000_000;

/** With memory tight, rows between two collections. */
const fewRows = 600_000;

/** Shares of the limit: beyond the first memory is tight; beyond the second chunks are halved, below the third doubled. */
const tightShare = 0.52;
const shrinkShare = 0.75;
const growShare = 0.5;

/** Into how many pieces a chunk is cut at most. */
const mostPieces = 16;

/** Owns the memory of a run: watches what the process takes, and says how much may be worked on at a time. */
export class MemoryGovernor {
  readonly limitMb: number;
  #peakMb = 0;
  #rows = 0;
  #pieces = 1;
  readonly #measureRss: () => number;
  readonly #collectGarbage: () => void;

  constructor(limitMb: number, measureRss = residentMb, collectGarbage = garbageCollector()) {
    this.limitMb = limitMb;
    this.#measureRss = measureRss;
    this.#collectGarbage = collectGarbage;
  }

  /** Largest resident set seen, in MiB. */
  get peakMb(): number {
    return this.#peakMb;
  }

  /** Into how many pieces a chunk is to be cut. */
  get pieces(): number {
    return this.#pieces;
  }

  /** Whether to work on one thing at a time. */
  get isTight(): boolean {
    return this.#pieces > 1;
  }

  /** Resident set now, in MiB. */
  measure(): number {
    const rssMb = this.#measureRss();
    this.#peakMb = Math.max(this.#peakMb, rssMb);
    return rssMb;
  }

  /**
   * Frees the frames that nothing refers to, once enough rows have gone through or memory is tight, and adapts how much
   * may be worked on. Gives the resident set as it was before, in MiB. Throws `output` where the process is beyond its
   * limit although the least possible is worked on.
   */
  async settle(rows: number): Promise<number> {
    const before = this.measure();
    this.#rows += rows;
    const isTight = before > this.limitMb * tightShare;
    const isDue =
      this.#rows >= Math.min(mostRows, this.limitMb * rowsPerMb) || (isTight && this.#rows >= fewRows);
    if (isDue || before > this.limitMb * shrinkShare) {
      await this.release();
      this.#adapt();
    }
    return before;
  }

  /** Frees what nothing refers to where memory is tight: to be called before work that needs much of it. */
  async relieve(): Promise<void> {
    if (this.measure() > this.limitMb * tightShare) await this.release();
  }

  /** Frees what nothing refers to. Finalisers run on a later turn of the event loop: hence the wait. */
  async release(): Promise<void> {
    this.#rows = 0;
    this.#collectGarbage();
    await new Promise((resume) => setImmediate(resume));
  }

  #adapt(): void {
    const rssMb = this.measure();
    if (rssMb > this.limitMb && this.#pieces === mostPieces) {
      throw new EtlError(
        'output',
        `the memory limit of ${this.limitMb} MB is too small: the process takes ${Math.round(rssMb)} MB with the smallest of chunks at hand; nothing was published`,
        { step: 'staging', hint: 'run again with a larger `--memory-limit`, or a smaller `--chunk-size`' },
      );
    }
    if (rssMb > this.limitMb * shrinkShare) this.#pieces = Math.min(this.#pieces * 2, mostPieces);
    else if (rssMb < this.limitMb * growShare) this.#pieces = Math.max(this.#pieces / 2, 1);
  }
}

function residentMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/** V8's collector, which is exposed by a flag that may also be set after the start; set only for as long as it takes. */
function garbageCollector(): () => void {
  if (globalThis.gc) return globalThis.gc;
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? () => collect() : () => {};
}
