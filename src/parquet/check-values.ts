import type { SchemaElement } from 'hyparquet';
import { HybridCursor } from './hybrid.js';
import type { OpenPage } from './open-page.js';
import { isReference } from './page-values.js';
import { bytesOf } from './value-type.js';

const mostWidth = 32;

/** Bytes of the length of levels, and of a text. */
const lengthBytes = 4;

/** Numbers of dictionary entries come behind their width, and there is one for each value that is not null. */
export function checkReferences({ encoding, unpackValues }: OpenPage, present: number): void {
  if (!isReference(encoding) || present === 0) return;
  const { bytes, start } = unpackValues();
  const width = bytes[start] ?? 0;
  if (width > mostWidth) throw new RangeError(`a page has references of ${width} bits`);
  new HybridCursor(bytes, start + 1, bytes.length, width, Number.POSITIVE_INFINITY).skip(present);
}

/**
 * That a page of a column without levels has none: whoever believes a schema that forgets them takes them for values, and
 * all that follows for the values of other rows. Some writers fill pages up with zeros, so a page is refused only where it
 * ends as it should with levels, and not without.
 */
export function checkWithoutLevels({ count, encoding, unpackValues }: OpenPage, leaf: SchemaElement): void {
  if (count === 0) return;
  const { bytes, start } = unpackValues();
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (encoding === 'PLAIN') {
    const ends = [endOfValues(page, start, count, leaf), endBehindLevels(page, start, count, leaf)] as const;
    const [isWithout, isWith] = ends.includes(page.length)
      ? ends.map((end) => end === page.length)
      : ends.map((end) => isFilledUp(page, end));
    if (isWith && !isWithout) throw new RangeError('a page has levels, which the schema does not know of');
  }
  // behind the first byte of a length of levels are zeros, which as references are a run of none
  if (isReference(encoding) && (bytes[start + 1] ?? 0) < 2)
    throw new RangeError('a page begins with a run of no values');
}

/** Whether only zeros follow. */
function isFilledUp(page: Buffer, end: number | null): boolean {
  return end !== null && end <= page.length && page.subarray(end).every((byte) => byte === 0);
}

/** Where values end that have levels of one bit before them, behind the length of those; null where there are none such. */
function endBehindLevels(page: Buffer, start: number, count: number, leaf: SchemaElement): number | null {
  if (start + lengthBytes > page.length) return null;
  const from = start + lengthBytes;
  const to = from + page.readUInt32LE(start);
  if (to > page.length) return null;
  try {
    const { matches, values } = new HybridCursor(page, from, to, 1, count).pass(count, 1);
    return values < count ? null : endOfValues(page, to, matches, leaf);
  } catch {
    // they are no levels
    return null;
  }
}

/** Where so many values end; null where that is not known. */
function endOfValues(
  page: Buffer,
  start: number,
  count: number,
  { type, type_length: typeLength }: SchemaElement,
): number | null {
  if (type === undefined) return null;
  if (type === 'BOOLEAN') return start + Math.ceil(count / 8);
  if (type !== 'BYTE_ARRAY') return start + count * bytesOf({ type, typeLength });
  let end = start;
  for (let left = count; left > 0 && end + lengthBytes <= page.length; left -= 1)
    end += lengthBytes + page.readUInt32LE(end);
  return end;
}
