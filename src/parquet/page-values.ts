import type { DataPageHeader } from 'hyparquet';
import type { ByteSink } from './byte-sink.js';
import type { DictionaryEntries } from './dictionary-entries.js';
import { HybridCursor } from './hybrid.js';
import { bytesOf, type ValueType } from './value-type.js';

/** The values of a page that are not null. They are copied in order, and nobody looks at them. */
export interface PageValues {
  /** Copies the next values, as a page has them, and goes past them. */
  copy(count: number, sink: ByteSink): void;
  /** The same values from the same place on. */
  clone(): PageValues;
}

type Encoding = DataPageHeader['encoding'];

/** Whether pages of an encoding can be cut between any two values. */
export function isCuttable(encoding: Encoding, valueType: ValueType): boolean {
  if (isReference(encoding)) return true;
  return encoding === 'PLAIN' && (valueType.type === 'BYTE_ARRAY' || bytesOf(valueType) > 0);
}

/** Whether values are numbers of dictionary entries. */
export function isReference(encoding: Encoding | undefined): boolean {
  return encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY';
}

/** The values in a page from byte `start` on. With `entries` they are copied in the place of their numbers. */
export function valuesIn(
  page: Uint8Array,
  start: number,
  encoding: Encoding,
  valueType: ValueType,
  entries: DictionaryEntries | null,
): PageValues {
  if (isReference(encoding))
    return entries
      ? new Entries(cursorAt(page, start), entries)
      : new References(widthAt(page, start), cursorAt(page, start));
  return valueType.type === 'BYTE_ARRAY'
    ? new Texts(page, start)
    : new FixedValues(page, start, bytesOf(valueType));
}

/** Numbers of dictionary entries: their width in a byte, then themselves. */
class References implements PageValues {
  readonly #width: number;
  readonly #cursor: HybridCursor;

  constructor(width: number, cursor: HybridCursor) {
    this.#width = width;
    this.#cursor = cursor;
  }

  clone(): References {
    return new References(this.#width, this.#cursor.clone());
  }

  copy(count: number, sink: ByteSink): void {
    sink.byte(this.#width);
    this.#cursor.copy(count, sink);
  }
}

/** The values that such numbers stand for. */
class Entries implements PageValues {
  readonly #cursor: HybridCursor;
  readonly #entries: DictionaryEntries;

  constructor(cursor: HybridCursor, entries: DictionaryEntries) {
    this.#cursor = cursor;
    this.#entries = entries;
  }

  clone(): Entries {
    return new Entries(this.#cursor.clone(), this.#entries);
  }

  copy(count: number, sink: ByteSink): void {
    const numbers = new Uint32Array(count);
    this.#cursor.decode(numbers);
    this.#entries.copy(numbers, sink);
  }
}

function cursorAt(page: Uint8Array, start: number): HybridCursor {
  return new HybridCursor(page, start + 1, page.length, widthAt(page, start), Number.POSITIVE_INFINITY);
}

function widthAt(page: Uint8Array, start: number): number {
  // a page of nulls alone may end before the width
  return page[start] ?? 0;
}

class FixedValues implements PageValues {
  readonly #page: Uint8Array;
  readonly #bytes: number;
  #offset: number;

  constructor(page: Uint8Array, start: number, bytes: number) {
    this.#page = page;
    this.#offset = start;
    this.#bytes = bytes;
  }

  clone(): FixedValues {
    return new FixedValues(this.#page, this.#offset, this.#bytes);
  }

  copy(count: number, sink: ByteSink): void {
    const end = this.#offset + count * this.#bytes;
    if (end > this.#page.length) throw new RangeError('a page has fewer values than it says');
    sink.copy(this.#page, this.#offset, end);
    this.#offset = end;
  }
}

/** Texts or other bytes, each behind its length in four bytes. */
class Texts implements PageValues {
  readonly #page: Buffer;
  #offset: number;

  constructor(page: Uint8Array, start: number) {
    this.#page = Buffer.from(page.buffer, page.byteOffset, page.length);
    this.#offset = start;
  }

  clone(): Texts {
    return new Texts(this.#page, this.#offset);
  }

  copy(count: number, sink: ByteSink): void {
    let end = this.#offset;
    for (let left = count; left > 0; left -= 1) end += 4 + this.#page.readUInt32LE(end);
    if (end > this.#page.length) throw new RangeError('a page has fewer values than it says');
    sink.copy(this.#page, this.#offset, end);
    this.#offset = end;
  }
}
