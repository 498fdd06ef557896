import type { SchemaElement } from 'hyparquet';
import { HybridCursor } from './hybrid.js';
import type { OpenPage } from './open-page.js';
import { isReference } from './page-values.js';
import { bytesOf } from './value-type.js';

const mostWidth = 32;

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
 * all that follows for the values of other rows.
 */
export function checkWithoutLevels({ count, encoding, unpackValues }: OpenPage, leaf: SchemaElement): void {
  if (count === 0) return;
  const { bytes, start } = unpackValues();
  if (encoding === 'PLAIN') {
    const end = endOfValues(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), start, count, leaf);
    if (end !== null && end !== bytes.length) throw new RangeError('the values of a page do not fill it');
  }
  // behind the first byte of a length of levels are zeros, which as references are a run of none
  if (isReference(encoding) && (bytes[start + 1] ?? 0) < 2)
    throw new RangeError('a page begins with a run of no values');
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
  for (let left = count; left > 0; left -= 1) end += 4 + page.readUInt32LE(end);
  return end;
}
