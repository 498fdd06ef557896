import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Watches what the process takes and makes it let go of what it no longer needs. */
export class MemoryGovernor {
  readonly limitMb: number;
  #peakMb = 0;
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

  /** Frees the frames that nothing refers to. Their finalisers run on a later turn of the event loop: hence the wait. */
  async settle(): Promise<number> {
    const before = this.measure();
    this.#collectGarbage();
    await new Promise((resume) => setImmediate(resume));
    return before;
  }
}

/** V8's collector, which is exposed by a flag that may also be set after the start. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect() : () => {};
}
