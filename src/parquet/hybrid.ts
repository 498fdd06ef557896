import type { ByteSink } from './byte-sink.js';

/** Values of a bit-packed run come in groups of so many. */
const groupValues = 8;

/** Some values that were gone past. */
export interface Passed {
  readonly values: number;
  /** How many of them were the one that was looked for. */
  readonly matches: number;
}

/**
 * Goes through numbers in parquet's hybrid encoding, which is a sequence of runs: one value many times over, or many
 * values bit by bit. They are counted and copied as they are encoded, mostly a byte or a run at a time; hardly any is
 * decoded.
 */
export class HybridCursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  /** Values that are left, in this run and those after it. */
  #left: number;
  /** Where the next run starts. */
  #next: number;
  /** Values that are left of this run. */
  #runLeft = 0;
  /** The value of a run of one value; of a bit-packed run -1. */
  #repeated = 0;
  /** Where a bit-packed run starts, and how many of its values have been passed. */
  #packedAt = 0;
  #packedIndex = 0;

  /** `count` values of `width` bits each, encoded in the bytes from `start` to `end`. */
  constructor(bytes: Uint8Array, start: number, end: number, width: number, count: number) {
    this.#bytes = bytes;
    this.#next = start;
    this.#end = end;
    this.#width = width;
    this.#left = count;
  }

  /** Another cursor at the same place. */
  clone(): HybridCursor {
    const other = new HybridCursor(this.#bytes, this.#next, this.#end, this.#width, this.#left);
    other.#runLeft = this.#runLeft;
    other.#repeated = this.#repeated;
    other.#packedAt = this.#packedAt;
    other.#packedIndex = this.#packedIndex;
    return other;
  }

  /**
   * Goes past values until it has passed `values` of them, or the next would be a match too many. Matches are values
   * that equal `wanted`.
   */
  pass(values: number, wanted: number, mostMatches = Number.POSITIVE_INFINITY): Passed {
    let matches = 0;
    let passed = 0;
    for (let goal = Math.min(values, this.#left); passed < goal; ) {
      const { values: some, matches: found } = this.#passInRun(goal - passed, wanted, mostMatches - matches);
      passed += some;
      matches += found;
      if (some === 0) break;
    }
    return { values: passed, matches };
  }

  /** Goes past values as long as they are at least `least`, or as long as they are not; gives how many. */
  passWhile(isAtLeast: boolean, least: number): number {
    const masks = groupValues % this.#width === 0 ? masksOfBytes(this.#width, least) : null;
    let passed = 0;
    while (this.#left > 0) {
      if (this.#runLeft === 0) this.#enterRun();
      let some = this.#repeated >= least === isAtLeast ? this.#runLeft : 0;
      if (this.#repeated < 0)
        some = masks ? this.#countInBytes(isAtLeast, masks) : this.#countOneByOne(isAtLeast, least);
      this.#advance(some);
      passed += some;
      if (this.#runLeft > 0) break;
    }
    return passed;
  }

  #countInBytes(isAtLeast: boolean, masks: Uint8Array): number {
    const bytes = this.#bytes;
    const perByte = groupValues / this.#width;
    const wanted = isAtLeast ? 1 : 0;
    const all = isAtLeast ? (1 << perByte) - 1 : 0;
    const first = this.#packedIndex;
    const end = first + this.#runLeft;
    let index = first;
    while (index < end) {
      const skipped = index & (perByte - 1);
      const mask = masks[bytes[this.#packedAt + (index - skipped) / perByte] ?? 0] ?? 0;
      if (mask === all) index += perByte - skipped;
      else if (((mask >> skipped) & 1) === wanted) index += 1;
      else break;
    }
    return Math.min(index, end) - first;
  }

  #countOneByOne(isAtLeast: boolean, least: number): number {
    let count = 0;
    while (count < this.#runLeft && this.#packedValue(this.#packedIndex + count) >= least === isAtLeast)
      count += 1;
    return count;
  }

  /** Goes past values without a look at them. Throws where there are fewer. */
  skip(values: number): void {
    for (let left = values; left > 0; ) {
      this.#enterRun();
      const some = Math.min(left, this.#runLeft);
      this.#advance(some);
      left -= some;
    }
  }

  /** Copies the next values, encoded, and goes past them. */
  copy(values: number, sink: ByteSink): void {
    if (values > this.#left) throw tooFew();
    for (let left = values; left > 0; ) {
      this.#enterRun();
      const some = Math.min(left, this.#runLeft);
      if (this.#repeated >= 0) this.#writeRepeated(sink, some, this.#repeated);
      else this.#copyPacked(sink, some);
      this.#advance(some);
      left -= some;
    }
  }

  /** Decodes the next values, as many as there is place for, and goes past them. */
  decode(values: Uint32Array): void {
    for (let done = 0; done < values.length; ) {
      this.#enterRun();
      const some = Math.min(values.length - done, this.#runLeft);
      if (this.#repeated >= 0) values.fill(this.#repeated, done, done + some);
      else
        for (let index = 0; index < some; index += 1)
          values[done + index] = this.#packedValue(this.#packedIndex + index);
      this.#advance(some);
      done += some;
    }
  }

  #passInRun(values: number, wanted: number, mostMatches: number): Passed {
    this.#enterRun();
    const goal = Math.min(values, this.#runLeft);
    if (this.#repeated >= 0) {
      const isMatch = this.#repeated === wanted;
      const some = isMatch ? Math.min(goal, mostMatches) : goal;
      this.#advance(some);
      return { values: some, matches: isMatch ? some : 0 };
    }
    const passed = this.#passPacked(goal, wanted, mostMatches);
    this.#advance(passed.values);
    return passed;
  }

  #passPacked(goal: number, wanted: number, mostMatches: number): Passed {
    const first = this.#packedIndex;
    const end = first + goal;
    const perByte = groupValues % this.#width === 0 ? groupValues / this.#width : 0;
    const counts = perByte > 0 ? matchesInBytes(this.#width, wanted) : noCounts;
    let index = first;
    let matches = 0;
    while (index < end) {
      if (perByte > 0 && index % perByte === 0) {
        let at = this.#packedAt + index / perByte;
        for (; index + perByte <= end; index += perByte, at += 1) {
          const more = counts[this.#bytes[at] ?? 0] ?? 0;
          if (matches + more > mostMatches) break;
          matches += more;
        }
        if (index === end) break;
      }
      if (this.#packedValue(index) === wanted) {
        if (matches === mostMatches) break;
        matches += 1;
      }
      index += 1;
    }
    return { values: index - first, matches };
  }

  #copyPacked(sink: ByteSink, values: number): void {
    const first = this.#packedIndex;
    const end = first + values;
    // a bit-packed run consists of whole groups: what is left of one becomes runs of one value
    const groupsStart = Math.min(Math.ceil(first / groupValues) * groupValues, end);
    const groupsEnd = Math.max(Math.floor(end / groupValues) * groupValues, groupsStart);
    for (let index = first; index < groupsStart; index += 1)
      this.#writeRepeated(sink, 1, this.#packedValue(index));
    if (groupsEnd > groupsStart) {
      const groups = (groupsEnd - groupsStart) / groupValues;
      const start = this.#packedAt + (groupsStart / groupValues) * this.#width;
      if (start + groups * this.#width > this.#end) throw tooFew();
      sink.varint(groups * 2 + 1);
      sink.copy(this.#bytes, start, start + groups * this.#width);
    }
    for (let index = groupsEnd; index < end; index += 1)
      this.#writeRepeated(sink, 1, this.#packedValue(index));
  }

  #writeRepeated(sink: ByteSink, values: number, value: number): void {
    sink.varint(values * 2);
    sink.littleEndian(value, Math.ceil(this.#width / 8));
  }

  /** A value of a bit-packed run, whose lowest bits come first. */
  #packedValue(index: number): number {
    let bit = index * this.#width;
    let value = 0;
    for (let scale = 1, left = this.#width; left > 0; ) {
      const skipped = bit % 8;
      const bits = Math.min(8 - skipped, left);
      const byte = this.#bytes[this.#packedAt + Math.floor(bit / 8)] ?? 0;
      value += ((byte >> skipped) & (2 ** bits - 1)) * scale;
      scale *= 2 ** bits;
      bit += bits;
      left -= bits;
    }
    return value;
  }

  #advance(values: number): void {
    this.#runLeft -= values;
    this.#left -= values;
    this.#packedIndex += values;
  }

  /** Goes on to the next run if this one has no more values. */
  #enterRun(): void {
    while (this.#runLeft === 0) {
      const header = this.#varint();
      const isPacked = header % 2 === 1;
      const count = Math.floor(header / 2);
      this.#packedAt = this.#next;
      this.#packedIndex = 0;
      if (isPacked) {
        this.#repeated = -1;
        // a run that is cut short has what is there of it
        const bits = Math.max(0, this.#end - this.#next) * 8;
        this.#runLeft =
          this.#width === 0
            ? count * groupValues
            : Math.min(count * groupValues, Math.floor(bits / this.#width));
        this.#next += count * this.#width;
      } else {
        this.#runLeft = count;
        this.#repeated = this.#readRepeated();
        if (this.#repeated >= 2 ** this.#width) throw new RangeError('a page has a number that is too large');
      }
      // the last group may be longer than there are values
      this.#runLeft = Math.min(this.#runLeft, this.#left);
    }
  }

  #readRepeated(): number {
    const bytes = Math.ceil(this.#width / 8);
    if (this.#next + bytes > this.#end) throw tooFew();
    let value = 0;
    for (let index = bytes - 1; index >= 0; index -= 1)
      value = value * 0x100 + (this.#bytes[this.#next + index] ?? 0);
    this.#next += bytes;
    return value;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#next < this.#end ? this.#bytes[this.#next] : undefined;
      if (byte === undefined) throw tooFew();
      this.#next += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}

function tooFew(): RangeError {
  return new RangeError('a page has fewer values than it says');
}

const noCounts = new Uint8Array(0);
/** By width and value; found in no time, as they are looked for with every run. */
const knownCounts: Uint8Array[] = [];
const knownMasks: Uint8Array[] = [];

/** For each byte how many of the values in it, of a width that divides it, equal one. */
function matchesInBytes(width: number, wanted: number): Uint8Array {
  const key = wanted * 16 + width;
  const known = knownCounts[key];
  if (known) return known;
  const counts = numbersOfBytes((byte) => {
    return valuesInByte(byte, width).filter((value) => value === wanted).length;
  });
  knownCounts[key] = counts;
  return counts;
}

/** For each byte which of the values in it, of a width that divides it, are at least so large: a bit for each. */
function masksOfBytes(width: number, least: number): Uint8Array {
  const key = least * 16 + width;
  const known = knownMasks[key];
  if (known) return known;
  const masks = numbersOfBytes((byte) => {
    const bits = valuesInByte(byte, width).map((value, index) => (value >= least ? 1 << index : 0));
    return bits.reduce((mask, bit) => mask | bit, 0);
  });
  knownMasks[key] = masks;
  return masks;
}

function numbersOfBytes(numberOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 0x100 }, (_, byte) => numberOf(byte));
}

function valuesInByte(byte: number, width: number): number[] {
  return Array.from({ length: 8 / width }, (_, index) => (byte >> (index * width)) & (2 ** width - 1));
}
