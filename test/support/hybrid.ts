import fc from 'fast-check';

/** A run of parquet's hybrid encoding: one value many times, or groups of eight values. */
export type Run = { readonly value: number; readonly times: number } | { readonly packed: readonly number[] };

/** Runs of numbers of some bits, short and long, as any writer might choose them. */
export function arbitraryRuns(width: number): fc.Arbitrary<Run[]> {
  const most = 2 ** width - 1;
  const value = fc.oneof(fc.integer({ min: 0, max: most }), fc.constantFrom(0, most));
  const repeated = fc.record({
    value,
    times: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 60, max: 20_000 })),
  });
  const groups = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 60, max: 70 }));
  const packed = groups.chain((count) =>
    fc
      .array(value, { minLength: count * 8, maxLength: count * 8, size: 'max' })
      .map((values) => ({ packed: values })),
  );
  return fc.array(fc.oneof(repeated, packed), { maxLength: 6 });
}

export function valuesOf(runs: readonly Run[]): number[] {
  return runs.flatMap((run) =>
    'packed' in run ? [...run.packed] : Array.from({ length: run.times }, () => run.value),
  );
}

/** Encodes runs, value by value and bit by bit. */
export function encodeRuns(runs: readonly Run[], width: number): Uint8Array {
  return Uint8Array.from(
    runs.flatMap((run) => {
      if (!('packed' in run)) return [...varint(run.times * 2), ...bytesOf(bitsOf(run.value, width))];
      const bits = run.packed.flatMap((value) => bitsOf(value, width));
      return [...varint((run.packed.length / 8) * 2 + 1), ...bytesOf(bits)];
    }),
  );
}

/** Decodes runs to the end of the bytes. */
export function decodeRuns(bytes: Uint8Array, width: number): number[] {
  const values: number[] = [];
  let at = 0;
  const read = () => {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('the bytes end within a run');
    at += 1;
    return byte;
  };
  const readBits = (count: number) =>
    Array.from({ length: Math.ceil(count / 8) }, read).flatMap((byte) => bitsOf(byte, 8));
  while (at < bytes.length) {
    let header = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = read();
      header += (byte % 0x80) * scale;
      if (byte < 0x80) break;
    }
    const count = Math.floor(header / 2);
    if (header % 2 === 0) {
      const value = numberOf(readBits(width));
      for (let left = count; left > 0; left -= 1) values.push(value);
    } else {
      const bits = readBits(count * 8 * width);
      for (let index = 0; index < count * 8; index += 1)
        values.push(numberOf(bits.slice(index * width, (index + 1) * width)));
    }
  }
  return values;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}

function bitsOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, bit) => Math.floor(value / 2 ** bit) % 2);
}

function numberOf(bits: readonly number[]): number {
  return bits.reduce((sum, bit, index) => sum + bit * 2 ** index, 0);
}

function bytesOf(bits: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, index) =>
    numberOf(bits.slice(index * 8, index * 8 + 8)),
  );
}
