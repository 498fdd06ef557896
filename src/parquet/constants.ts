import type { Leaf } from './leaf.js';
import type { Extent, ThriftCursor } from './thrift.js';

/** Columns that hold one text, or nulls alone, throughout a row group. */
export type Constants = ReadonlyMap<string, string | null>;

/** The statistics of a column chunk that count here. Texts are left where they are in the footer. */
export interface Statistics {
  readonly nulls: number | undefined;
  readonly min: Extent | undefined;
  readonly max: Extent | undefined;
  readonly isExact: boolean;
}

/** Reads the statistics of a column chunk. */
export function readStatistics(cursor: ThriftCursor): Statistics {
  let nulls: number | undefined;
  let min: Extent | undefined;
  let max: Extent | undefined;
  let isExact = true;
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 3) nulls = cursor.int();
    else if (field === 5) max = cursor.binary();
    else if (field === 6) min = cursor.binary();
    else if (field === 7) isExact = cursor.boolean();
    else cursor.skip();
  }
  return { nulls, min, max, isExact };
}

/**
 * Tells what is constant, row group by row group. Neighbours mostly agree: then they share texts and maps, of which
 * thousands of row groups would else make hundreds of megabytes.
 */
export class ConstantsReader {
  readonly #bytes: Uint8Array;
  readonly #leaves: readonly Leaf[];
  readonly #texts: readonly LastText[];
  #values: readonly (string | null | undefined)[] = [];
  #constants: Constants = new Map();

  constructor(bytes: Uint8Array, leaves: readonly Leaf[]) {
    this.#bytes = bytes;
    this.#leaves = leaves;
    this.#texts = leaves.map(() => new LastText(bytes));
  }

  /** What a row group's statistics, one for each leaf, prove to be constant. */
  read(statistics: readonly (Statistics | undefined)[], rows: number): Constants {
    const values = this.#leaves.map((leaf, index) => this.#valueOf(leaf, index, statistics[index], rows));
    if (!isSameList(values, this.#values)) {
      const known = this.#leaves.flatMap(({ column }, index) => {
        const value = values[index];
        return value === undefined ? [] : [[column, value] as const];
      });
      this.#constants = new Map(known);
      this.#values = values;
    }
    return this.#constants;
  }

  /** The one text, null for nulls alone, and undefined where statistics prove neither. */
  #valueOf({ constant }: Leaf, index: number, statistics: Statistics | undefined, rows: number) {
    if (constant === 'never' || !statistics) return undefined;
    const { nulls, min, max, isExact } = statistics;
    // of nulls alone there is no smallest: where there is one, a number is damaged
    if (nulls === rows) return min || max ? undefined : null;
    // long values may be cut short; writers that cut either say so or raise the maximum, so that it is not the minimum
    if (constant !== 'text' || nulls !== 0 || !isExact || !min || !max) return undefined;
    if (!isSameBytes(this.#bytes, min, max)) return undefined;
    const text = this.#texts[index]?.read(min);
    // the sign of bytes that are no text: reading them is to fail, not to guess
    return text?.includes('\ufffd') ? undefined : text;
  }
}

// to the letter: also a byte order mark
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes a text unless it is the one before. */
class LastText {
  readonly #bytes: Uint8Array;
  #extent: Extent = { start: 0, end: 0 };
  #text = '';

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(extent: Extent): string {
    if (!isSameBytes(this.#bytes, extent, this.#extent)) {
      this.#text = utf8.decode(this.#bytes.subarray(extent.start, extent.end));
      this.#extent = extent;
    }
    return this.#text;
  }
}

function isSameBytes(bytes: Uint8Array, one: Extent, other: Extent): boolean {
  const length = one.end - one.start;
  if (length !== other.end - other.start) return false;
  for (let index = 0; index < length; index += 1)
    if (bytes[one.start + index] !== bytes[other.start + index]) return false;
  return true;
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
