import fc from 'fast-check';
import { ByteWriter } from 'hyparquet-writer';
import { deltaBinaryPack, deltaByteArray, deltaLengthByteArray } from 'hyparquet-writer/src/delta.js';
import { describe, expect, it } from 'vitest';
import { checkDeltas } from '../../../src/parquet/check-deltas.js';
import type { OpenPage } from '../../../src/parquet/open-page.js';
import { check } from '../../support/arbitrary-run.js';

const checking = (encoding: OpenPage['encoding'], bytes: Uint8Array, present: number) => () =>
  checkDeltas(
    {
      count: present,
      encoding,
      repetition: null,
      definition: null,
      unpackValues: () => ({ bytes, start: 0 }),
    },
    present,
  );

function encoded(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return new Uint8Array(writer.getBytes());
}

const textBytes = (texts: readonly string[]) => texts.map((text) => new TextEncoder().encode(text));
const numbersOf = (numbers: readonly bigint[]) =>
  encoded((writer) => deltaBinaryPack(writer, [...numbers], 'INT64'));
const lengthsOf = (texts: readonly string[]) =>
  encoded((writer) => deltaLengthByteArray(writer, textBytes(texts)));
const sharedOf = (texts: readonly string[]) => encoded((writer) => deltaByteArray(writer, textBytes(texts)));

/** A header: numbers in a block, its parts, numbers in all, twice the first of them. */
const headed = (...numbers: readonly number[]) => Uint8Array.from(numbers);

describe('pages of differences', () => {
  it('pass where they are sound, and stand for as many values', () =>
    check(
      60,
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 400, size: 'max' }),
        async (numbers) => {
          const bytes = numbersOf(numbers);
          expect(checking('DELTA_BINARY_PACKED', bytes, numbers.length)).not.toThrow();
          expect(checking('DELTA_BINARY_PACKED', bytes, numbers.length + 1)).toThrow(/differences for/);
        },
      ),
    ));

  it('of texts pass likewise', () =>
    check(
      60,
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 300, size: 'max' }), { maxLength: 300, size: 'max' }),
        async (texts) => {
          expect(checking('DELTA_LENGTH_BYTE_ARRAY', lengthsOf(texts), texts.length)).not.toThrow();
          expect(checking('DELTA_BYTE_ARRAY', sharedOf(texts.toSorted()), texts.length)).not.toThrow();
        },
      ),
    ));

  it('may not end before their texts do', () => {
    const texts = ['a text', 'a text that is longer', 'another'];
    for (const [encoding, bytes] of [
      ['DELTA_LENGTH_BYTE_ARRAY', lengthsOf(texts)],
      ['DELTA_BYTE_ARRAY', sharedOf(texts)],
    ] as const)
      for (let length = 1; length < bytes.length; length += 1)
        expect(checking(encoding, bytes.subarray(0, length), texts.length), `${length}`).toThrow(RangeError);
  });

  it.each([
    ['no blocks', [0, 4, 1, 0], /blocks of 0 differences in 4/],
    ['blocks without parts', [128, 1, 0, 1, 0], /blocks of 128 differences in 0/],
    ['blocks of a size that the library does not take', [160, 1, 5, 1, 0], /blocks of 160 differences in 5/],
    ['parts of a size that it does not take', [128, 1, 8, 1, 0], /blocks of 128 differences in 8/],
    ['a number without an end', [...Array.from({ length: 11 }, () => 0xff), 0, 4, 1, 0], /too large/],
  ])('may not have %s', (_, bytes, told) => {
    expect(checking('DELTA_BINARY_PACKED', headed(...bytes), 1)).toThrow(told);
  });

  it('may not have more bits than numbers have', () => {
    const bits = (width: number) => headed(128, 1, 4, 2, 0, 0, width, 0, 0, 0, ...new Uint8Array(300));
    expect(checking('DELTA_BINARY_PACKED', bits(64), 2)).not.toThrow();
    expect(checking('DELTA_BINARY_PACKED', bits(65), 2)).toThrow(/differences of 65 bits/);
    expect(checking('DELTA_LENGTH_BYTE_ARRAY', bits(34), 2)).toThrow(/differences of 34 bits/);
  });

  it('are not decoded where they say that there are others than there are', () => {
    const many = [0x80, 0x80, 0x80, 0x80, 0x20];
    const bytes = headed(...many, 1, ...many, 0, 0, 0);
    expect(checking('DELTA_LENGTH_BYTE_ARRAY', bytes, 3)).toThrow(/8589934592 differences for 3 values/);
  });

  it('may not have texts of less than no bytes', () => {
    expect(checking('DELTA_LENGTH_BYTE_ARRAY', headed(128, 1, 4, 1, 1), 1)).toThrow(/less than no bytes/);
  });

  it('may not begin with more than the text before has', () => {
    const lengths = [...headed(128, 1, 4, 1, 2)];
    expect(checking('DELTA_BYTE_ARRAY', headed(...lengths, ...lengths, 65), 1)).toThrow(/the text before/);
  });

  it('may have parts that are not needed, of any width', () => {
    expect(
      checking('DELTA_BINARY_PACKED', headed(128, 1, 4, 2, 0, 0, 1, 99, 99, 99, 0, 0, 0, 0), 2),
    ).not.toThrow();
  });

  it('may be empty where all values are null', () => {
    expect(checking('DELTA_BINARY_PACKED', headed(), 0)).not.toThrow();
    expect(checking('DELTA_BINARY_PACKED', headed(128, 1, 0, 0, 0), 0)).toThrow(RangeError);
  });
});
