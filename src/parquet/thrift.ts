/** Types of the compact protocol, as the low half of a field's first byte. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Where some bytes begin and end. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * Goes through bytes in thrift's compact protocol without making objects of what nobody asks for. A struct is read as
 * `for (let field = cursor.next(0); field !== 0; field = cursor.next(field))`, and each of its fields is read or skipped.
 * Throws where the bytes end too early or make no sense.
 */
export class ThriftCursor {
  readonly bytes: Uint8Array;
  offset: number;
  #type = 0;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** The number of the field after this one, or 0 at the end of its struct. */
  next(field: number): number {
    const head = this.#byte();
    this.#type = head & 0x0f;
    if (this.#type === 0) return 0;
    const step = head >> 4;
    return step === 0 ? this.int() : field + step;
  }

  /** Skips the value of the field that `next` came to. */
  skip(): void {
    this.#skipValue(this.#type);
  }

  /** Skips a struct, as an element of a list is. */
  skipStruct(): void {
    for (let field = this.next(0); field !== 0; field = this.next(field)) this.skip();
  }

  /** The value of a boolean field, which stands in its type. */
  boolean(): boolean {
    return this.#type === TRUE;
  }

  /** A whole number; exact up to 2^53, which no file is long enough for. */
  int(): number {
    const zigzag = this.#varint();
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  /** A text or other bytes, which are left where they are. */
  binary(): Extent {
    const length = this.#varint();
    const start = this.offset;
    this.#advance(length);
    return { start, end: this.offset };
  }

  /** The length of a list; its values come next. */
  list(): number {
    return this.#listOf().length;
  }

  #listOf(): { length: number; type: number } {
    const head = this.#byte();
    const short = head >> 4;
    return { length: short === 15 ? this.#varint() : short, type: head & 0x0f };
  }

  #skipValue(type: number): void {
    if (type === TRUE || type === FALSE) return;
    if (type === BYTE) this.#advance(1);
    else if (type === I16 || type === I32 || type === I64) this.#skipVarint();
    else if (type === DOUBLE) this.#advance(8);
    else if (type === BINARY) this.#advance(this.#varint());
    else if (type === LIST) this.#skipList();
    else if (type === STRUCT) this.skipStruct();
    else throw new RangeError(`the footer has a value of the unknown type ${type}`);
  }

  #skipVarint(): void {
    let byte = this.#byte();
    while (byte >= 0x80) byte = this.#byte();
  }

  #skipList(): void {
    const { length, type } = this.#listOf();
    // in a list a boolean is a byte of its own
    const each = type === TRUE || type === FALSE ? BYTE : type;
    for (let index = 0; index < length; index += 1) this.#skipValue(each);
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  #byte(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw new RangeError('the footer ends too early');
    this.offset += 1;
    return byte;
  }

  #advance(bytes: number): void {
    this.offset += bytes;
    if (this.offset > this.bytes.length) throw new RangeError('the footer ends too early');
  }
}
