/** Of the rows of a chunk, those that are facts of their own: beyond this share hardly any are alike. */
const mostOfThem = 0.9;

/** How many chunks are not looked at before one is again. */
const chunksBetween = 8;

/**
 * Whether the rows of a chunk are worth being made distinct before they are staged. They are not where rows are in no order:
 * hardly two of a chunk are alike then, and nearly each code is in other chunks as well, so that the merge compares its facts anyway.
 */
export class Repeats {
  readonly #codesMet: () => number;
  #chunksLeft = 0;

  /** `codesMet` tells how many billing codes all chunks have so far. */
  constructor(codesMet: () => number) {
    this.#codesMet = codesMet;
  }

  /** Whether the next chunk's rows are to be compared with one another. */
  areSought(): boolean {
    if (this.#chunksLeft === 0) return true;
    this.#chunksLeft -= 1;
    return false;
  }

  /** Learns how many distinct facts, and of how many billing codes, a chunk's rows came to. */
  learn({ rows, facts, codes }: { readonly rows: number; readonly facts: number; readonly codes: number }) {
    const areAlone = facts > rows * mostOfThem;
    const areElsewhere = codes * 2 > this.#codesMet();
    this.#chunksLeft = areAlone && areElsewhere ? chunksBetween : 0;
  }
}
