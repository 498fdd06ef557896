/** So few are copied one by one: that is quicker than to ask for a copy. */
const fewBytes = 24;

/** Bytes that are written one after the other. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(2 ** 12);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number in as few bytes as it needs, seven bits in each. */
  varint(value: number): void {
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.byte((left % 0x80) | 0x80);
    this.byte(left);
  }

  /** A whole number in a fixed number of bytes, the lowest first. */
  littleEndian(value: number, bytes: number): void {
    for (let left = bytes, rest = value; left > 0; left -= 1, rest = Math.floor(rest / 0x100))
      this.byte(rest % 0x100);
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    if (end > bytes.length) throw new RangeError(`there are no bytes from ${bytes.length} to ${end}`);
    this.#reserve(end - start);
    if (end - start > fewBytes) this.#bytes.set(bytes.subarray(start, end), this.#length);
    else for (let at = start, to = this.#length; at < end; at += 1, to += 1) this.#bytes[to] = bytes[at] ?? 0;
    this.#length += end - start;
  }

  /** What `write` writes, behind its length in four bytes. */
  withLength(write: () => void): void {
    const start = this.#length;
    this.littleEndian(0, 4);
    write();
    this.#bytes.writeUInt32LE(this.#length - start - 4, start);
  }

  /** All that was written. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
