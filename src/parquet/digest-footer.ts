import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { unreadable } from './unreadable.js';

/** The footer's length and the mark, which end a parquet file. */
const tailLength = 8;

/**
 * The sha256 of the footer of a file, which is not looked into: it tells where all columns are, how long they are and
 * what their statistics say. Of a file that is not parquet it is that of its end. Throws `input` where it cannot be read.
 */
export function digestFooter(path: string, fileBytes: number): string {
  try {
    const file = openSync(path, 'r');
    try {
      const tail = readEnd(file, fileBytes, tailLength);
      const isParquet = tail.toString('latin1', 4) === 'PAR1';
      const length = isParquet ? tail.readUInt32LE(0) + tailLength : tailLength;
      const end = length <= fileBytes ? readEnd(file, fileBytes, length) : tail;
      return digestEnd(end);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The same of a file whose end is at hand: from its footer on, or the last eight bytes of what is not parquet. */
export function digestEnd(end: Uint8Array): string {
  return createHash('sha256').update(end).digest('hex');
}

/** The last bytes of a file, or all of a shorter one. */
function readEnd(file: number, fileBytes: number, wanted: number): Buffer {
  const length = Math.min(wanted, fileBytes);
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, fileBytes - length));
}
