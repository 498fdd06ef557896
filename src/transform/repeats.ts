/** Of the rows of a chunk, those that are facts of their own: beyond this share hardly any are alike. */
const mostOfThem = 0.9;

/** How many windows are not looked at before one is again. */
const windowsBetween = 8;

/**
 * Whether the rows of a window are worth being made distinct, chunk by chunk, before they are staged. They are not where rows are in no
 * order: hardly two of a chunk are alike then, and nearly each code is in other chunks as well, so that the merge compares its facts anyway.
 */
export class Repeats {
  readonly #codesMet: () => number;
  #windowsLeft = 0;

  /** `codesMet` tells how many billing codes the dictionaries have that were read so far. */
  constructor(codesMet: () => number) {
    this.#codesMet = codesMet;
  }

  /** Whether the rows of the next window are to be compared with one another. */
  areSought(): boolean {
    if (this.#windowsLeft === 0) return true;
    this.#windowsLeft -= 1;
    return false;
  }

  /** Learns how many distinct facts the rows of a chunk came to, and of how many codes with their descriptions. */
  learn({ rows, facts, codes }: { readonly rows: number; readonly facts: number; readonly codes: number }) {
    const areAlone = facts > rows * mostOfThem;
    const areElsewhere = codes * 2 > this.#codesMet();
    this.#windowsLeft = areAlone && areElsewhere ? windowsBetween : 0;
  }
}
