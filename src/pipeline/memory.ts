import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Rows between two collections: their frames take some 80 MiB, which a collection of a few milliseconds gives back.
 * One after every small chunk would take longer than reducing it; the resident set is no measure of what is garbage,
 * because freed memory is kept for later frames.
 */
const rowsBetweenCollections = 400_000;

/** Share of the limit beyond which every chunk ends with a collection. */
const tightShare = 0.6;

/** Watches what the process takes and makes it let go of what it no longer needs. */
export class MemoryGovernor {
  readonly limitMb: number;
  #peakMb = 0;
  #rows = 0;
  readonly #collectGarbage: () => void;

  constructor(limitMb: number) {
    this.limitMb = limitMb;
    this.#collectGarbage = garbageCollector();
  }

  /** Largest resident set seen, in MiB. */
  get peakMb(): number {
    return this.#peakMb;
  }

  /** Resident set now, in MiB. */
  measure(): number {
    const rssMb = process.memoryUsage.rss() / 2 ** 20;
    this.#peakMb = Math.max(this.#peakMb, rssMb);
    return rssMb;
  }

  /**
   * Frees the frames that nothing refers to, once enough rows have gone through or memory is tight. Finalisers run on
   * a later turn of the event loop: hence the wait. Gives the resident set as it was before, in MiB.
   */
  async settle(rows: number): Promise<number> {
    const before = this.measure();
    this.#rows += rows;
    if (this.#rows >= rowsBetweenCollections || before > this.limitMb * tightShare) {
      this.#rows = 0;
      this.#collectGarbage();
      await new Promise((resume) => setImmediate(resume));
    }
    return before;
  }
}

/** V8's collector, which is exposed by a flag that may also be set after the start. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect() : () => {};
}
