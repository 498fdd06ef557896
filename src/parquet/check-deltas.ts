import type { OpenPage } from './open-page.js';

/** The library that decodes pages takes blocks of a multiple of so many numbers, and parts of blocks likewise. */
const blockNumbers = 128;
const partNumbers = 32;

const mostWidth = 64;

/** Lengths have 32 bits, so their differences have one more. */
const mostLengthWidth = 33;

/**
 * That numbers which are encoded as differences, and lengths of texts that are, come to what the page says: the library that decodes them ends
 * the process where they do not. Throws where that is so.
 */
export function checkDeltas({ encoding, unpackValues }: OpenPage, present: number): void {
  const check = encoding && checks[encoding];
  if (!check) return;
  const { bytes, start } = unpackValues();
  if (present === 0 && start >= bytes.length) return;
  check(bytes, start, present);
}

type Check = (bytes: Uint8Array, start: number, present: number) => void;

const checks: Readonly<Partial<Record<NonNullable<OpenPage['encoding']>, Check>>> = {
  DELTA_BINARY_PACKED: (bytes, start, present) => {
    passDeltas(bytes, start, present, null);
  },
  DELTA_LENGTH_BYTE_ARRAY: (bytes, start, present) => {
    const { lengths, end } = lengthsAt(bytes, start, present);
    checkRoom(bytes, end, lengths);
  },
  DELTA_BYTE_ARRAY: (bytes, start, present) => {
    const shared = lengthsAt(bytes, start, present);
    const { lengths, end } = lengthsAt(bytes, shared.end, present);
    checkRoom(bytes, end, lengths);
    checkShared(shared.lengths, lengths);
  },
};

function checkRoom(bytes: Uint8Array, start: number, lengths: readonly number[]): void {
  const length = lengths.reduce((sum, next) => sum + next, 0);
  if (start + length > bytes.length) throw new RangeError('texts of a page end behind it');
}

/** Texts begin with so many bytes of the text before them. */
function checkShared(shared: readonly number[], others: readonly number[]): void {
  let before = 0;
  for (const [index, length] of shared.entries()) {
    if (length > before) throw new RangeError('a text begins with more than the text before it has');
    before = length + (others[index] ?? 0);
  }
}

function lengthsAt(
  bytes: Uint8Array,
  start: number,
  present: number,
): { lengths: readonly number[]; end: number } {
  const lengths: number[] = [];
  const end = passDeltas(bytes, start, present, (length) => {
    if (length < 0) throw new RangeError('a page has a text of less than no bytes');
    lengths.push(length);
  });
  return { lengths, end };
}

/**
 * Goes past numbers in the encoding DELTA_BINARY_PACKED: a first one, and blocks of differences to the one before, bit by bit in parts of a
 * width of their own. Gives where they end. With `put` they are decoded, as lengths. Throws where they are others than so many.
 */
function passDeltas(
  bytes: Uint8Array,
  start: number,
  present: number,
  put: ((number: number) => void) | null,
): number {
  let at = start;
  const byte = () => {
    const next = bytes[at];
    if (next === undefined) throw new RangeError('differences of a page are cut short');
    at += 1;
    return next;
  };
  const whole = () => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
    throw new RangeError('a page has a number that is too large');
  };
  const signed = () => {
    const value = whole();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };

  const [block, parts, count] = [whole(), whole(), whole()];
  if (count !== present) throw new RangeError(`a page has ${count} differences for ${present} values`);
  const part = block / parts;
  if (block % blockNumbers !== 0 || !(part > 0) || part % partNumbers !== 0)
    throw new RangeError(`a page has blocks of ${block} differences in ${parts} parts`);
  let last = signed();
  if (count > 0) put?.(last);
  for (let left = count - 1; left > 0; left -= block) {
    const least = signed();
    const widths = Array.from({ length: parts }, byte);
    // parts that are not needed have a width, and nothing else
    for (const [index, width] of widths.slice(0, Math.ceil(left / part)).entries()) {
      if (width > (put ? mostLengthWidth : mostWidth))
        throw new RangeError(`a page has differences of ${width} bits`);
      if (at + (width * part) / 8 > bytes.length) throw new RangeError('differences of a page are cut short');
      for (let number = 0; put && number < Math.min(part, left - index * part); number += 1) {
        last += least + bitsAt(bytes, at * 8 + number * width, width);
        put(last);
      }
      at += (width * part) / 8;
    }
  }
  return at;
}

/** A number of some bits, the lowest first. */
function bitsAt(bytes: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let bit = 0; bit < width; ) {
    const [index, skipped] = [start + bit, (start + bit) % 8];
    const some = Math.min(8 - skipped, width - bit);
    value += (((bytes[(index - skipped) / 8] ?? 0) >> skipped) & (2 ** some - 1)) * 2 ** bit;
    bit += some;
  }
  return value;
}
