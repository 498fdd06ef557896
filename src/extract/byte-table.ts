import { randomBytes } from 'node:crypto';

/** Slots that a table has at first. A power of two, as every number of slots. */
const fewestSlots = 64;
const firstArenaBytes = 4096;

/** Odd numbers whose products spread over all bits. */
const spreads = [0x9e3779b1, 0x85ebca6b] as const;

/**
 * Numbers byte strings 0, 1, 2 … in the order of their appearance. A dictionary's texts are looked up where they
 * stand: to make a string of each for a `Map` takes several times as long, and leaves garbage.
 */
export class ByteTable {
  /** The number plus one of the entry in a slot; zero where there is none. */
  #slots = new Int32Array(fewestSlots);
  #hashes = new Int32Array(fewestSlots);
  /** Where an entry ends in the arena, which has one behind the other; it starts where the one before it ends. */
  #ends = new Int32Array(fewestSlots + 1);
  #arena = Buffer.alloc(firstArenaBytes);
  #arenaView = viewOf(this.#arena);
  #count = 0;
  /** Drawn anew for each table: no file can be made to have many texts of one hash. */
  readonly #seed = randomBytes(4).readInt32LE();
  #bytes: Buffer = this.#arena;
  #view = this.#arenaView;

  get size(): number {
    return this.#count;
  }

  /** The number of the bytes from `start` to `end`; the size of the table as it was where they are new to it. */
  numberOf(bytes: Buffer, start: number, end: number): number {
    // a dictionary's texts come one after the other
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const hash = hashOf(this.#view, start, end, this.#seed);
    const last = this.#slots.length - 1;
    let slot = hash & last;
    for (let entry = this.#slots[slot] ?? 0; entry > 0; entry = this.#slots[slot] ?? 0) {
      const number = entry - 1;
      if (this.#hashes[number] === hash && this.#isEntry(number, start, end)) return number;
      slot = (slot + 1) & last;
    }
    return this.#add(slot, hash, start, end);
  }

  #isEntry(number: number, start: number, end: number): boolean {
    const from = this.#ends[number] ?? 0;
    const length = end - start;
    if ((this.#ends[number + 1] ?? 0) - from !== length) return false;
    const [view, arena] = [this.#view, this.#arenaView];
    let index = 0;
    for (; index + 4 <= length; index += 4)
      if (view.getInt32(start + index) !== arena.getInt32(from + index)) return false;
    for (; index < length; index += 1)
      if (view.getUint8(start + index) !== arena.getUint8(from + index)) return false;
    return true;
  }

  #add(slot: number, hash: number, start: number, end: number): number {
    const number = this.#count;
    const from = this.#ends[number] ?? 0;
    const to = from + end - start;
    if (to > this.#arena.length) this.#growArena(to);
    this.#arena.set(this.#bytes.subarray(start, end), from);
    this.#hashes[number] = hash;
    this.#ends[number + 1] = to;
    this.#slots[slot] = number + 1;
    this.#count += 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return number;
  }

  #growArena(bytes: number): void {
    const grown = Buffer.alloc(Math.max(bytes, this.#arena.length * 2));
    grown.set(this.#arena);
    this.#arena = grown;
    this.#arenaView = viewOf(grown);
  }

  #growSlots(): void {
    const length = this.#slots.length * 2;
    this.#hashes = grow(this.#hashes, length);
    this.#ends = grow(this.#ends, length + 1);
    this.#slots = new Int32Array(length);
    for (let number = 0; number < this.#count; number += 1) {
      let slot = (this.#hashes[number] ?? 0) & (length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (length - 1);
      this.#slots[slot] = number + 1;
    }
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The same numbers, with room for more. */
export function grow(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(numbers);
  return grown;
}

/** 32 bits that depend on every byte. */
function hashOf(view: DataView, start: number, end: number, seed: number): number {
  const [first, second] = spreads;
  let hash = seed ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at), first);
    hash ^= hash >>> 15;
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ view.getUint8(at), first);
  hash = Math.imul(hash ^ (hash >>> 16), second);
  return hash ^ (hash >>> 13);
}
