import type { Codes } from '../parquet/recode.js';
import { grow } from './byte-table.js';

const firstLength = 128;

/** Codes by their numbers 0, 1, 2 …, of which some may be missing. Half a megabyte holds 65,536, and no garbage is looked for in it. */
export class CodeList {
  #halves: Codes = new Int32Array(firstLength);
  readonly #missing = new Set<number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a code under the next number. */
  push(code: bigint | undefined): void {
    if (code === undefined) this.#missing.add(this.#size);
    if (this.#size * 2 === this.#halves.length) this.#halves = grow(this.#halves, this.#size * 4);
    this.#halves[this.#size * 2] = Number(BigInt.asIntN(32, code ?? 0n));
    this.#halves[this.#size * 2 + 1] = Number((code ?? 0n) >> 32n);
    this.#size += 1;
  }

  /** Puts a code in the place `index` of others. Gives false where it is missing. */
  put(number: number, codes: Codes, index: number): boolean {
    if (this.#missing.size > 0 && this.#missing.has(number)) return false;
    codes[index * 2] = this.#halves[number * 2] ?? 0;
    codes[index * 2 + 1] = this.#halves[number * 2 + 1] ?? 0;
    return true;
  }
}
