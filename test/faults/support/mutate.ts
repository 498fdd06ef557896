import type { Random } from './random.js';

/** A way to damage the bytes of a parquet file. */
type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const tail = 8;

function footerLength(bytes: Buffer): number {
  return bytes.readUInt32LE(bytes.length - tail);
}

function footerStart(bytes: Buffer): number {
  return Math.max(4, bytes.length - tail - footerLength(bytes));
}

function flipIn(bytes: Buffer, random: Random, from: number, to: number): Buffer {
  const changed = Buffer.from(bytes);
  for (let flips = 1 + random.below(3); flips > 0; flips -= 1) {
    const at = from + random.below(Math.max(1, to - from));
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << random.below(8)), at);
  }
  return changed;
}

function withLength(bytes: Buffer, length: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32LE(length, changed.length - tail);
  return changed;
}

/** What is done to files, by name. */
const mutations: Readonly<Record<string, Mutation>> = {
  'bits of pages': (bytes, random) => flipIn(bytes, random, 4, footerStart(bytes)),
  'bits of the footer': (bytes, random) => flipIn(bytes, random, footerStart(bytes), bytes.length - tail),
  'bits of the footer again': (bytes, random) =>
    flipIn(bytes, random, footerStart(bytes), bytes.length - tail),
  'bits of both ends': (bytes, random) =>
    random.below(2) === 0
      ? flipIn(bytes, random, 0, 24)
      : flipIn(bytes, random, bytes.length - 8, bytes.length),
  'cut short': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'its beginning is gone': (bytes, random) => bytes.subarray(1 + random.below(bytes.length - 1)),
  'bytes were zeroed': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.from(bytes).fill(0, from, Math.min(bytes.length, from + 1 + random.below(200)));
  },
  'bytes were set': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.from(bytes).fill(0xff, from, Math.min(bytes.length, from + 1 + random.below(12)));
  },
  'bytes are missing': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(40))]);
  },
  'bytes are there twice': (bytes, random) => {
    const from = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from + random.below(40)), bytes.subarray(from)]);
  },
  'random bytes': (bytes, random) => {
    const changed = Buffer.from(bytes);
    random.bytes(1 + random.below(16)).copy(changed, random.below(bytes.length));
    return changed;
  },
  'the footer of another file': (bytes, _, other) =>
    Buffer.concat([bytes.subarray(0, footerStart(bytes)), other.subarray(footerStart(other))]),
  'the pages of another file': (bytes, _, other) =>
    Buffer.concat([other.subarray(0, footerStart(other)), bytes.subarray(footerStart(bytes))]),
  'an absurd length of the footer': (bytes, random) =>
    withLength(
      bytes,
      random.pick([
        0,
        1,
        7,
        0x7fff_ffff,
        0xffff_ffff,
        bytes.length,
        footerLength(bytes) + 1 + random.below(50),
      ]),
    ),
  // the longest number that a varint holds: a count or a length becomes absurd
  'absurd numbers in the footer': (bytes, random) => {
    const from = footerStart(bytes) + random.below(footerLength(bytes));
    const number = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]);
    const changed = Buffer.concat([bytes.subarray(0, from), number, bytes.subarray(from + 1)]);
    return withLength(changed, footerLength(bytes) + number.length - 1);
  },
  'absurd numbers in the head of a page': (bytes, random) => {
    const changed = Buffer.from(bytes);
    Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]).copy(changed, 5 + random.below(20));
    return changed;
  },
  'no parquet at all': (_, random) =>
    random.pick([
      Buffer.alloc(0),
      Buffer.from('PAR1'),
      Buffer.from('PAR1PAR1'),
      Buffer.from('PAR1\0\0\0\0PAR1'),
      Buffer.from('{"a": 1}\n'.repeat(20)),
      random.bytes(300),
    ]),
  'more behind its end': (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.below(20))]),
};

export const mutationNames = Object.keys(mutations);

/** Flips one bit of a footer, whichever. */
export function flipInFooter(bytes: Buffer, random: Random): { bytes: Buffer; what: string } {
  const at = footerStart(bytes) + random.below(footerLength(bytes));
  const bit = random.below(8);
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
  return { bytes: changed, what: `bit ${bit} of byte ${at}` };
}

/** Damages the bytes of a parquet file in a named way; `other` is a good file of another make. */
export function mutate(name: string, bytes: Buffer, random: Random, other: Buffer): Buffer {
  const mutation = mutations[name];
  if (!mutation) throw new RangeError(`no mutation is called ${name}`);
  return mutation(bytes, random, other);
}
