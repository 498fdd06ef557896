import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteTable } from '../../../src/extract/byte-table.js';

/** Numbers of texts that stand in one buffer, one behind the other. */
function numbersIn(table: ByteTable, texts: readonly Uint8Array[]): number[] {
  const bytes = Buffer.concat(texts);
  let start = 0;
  return texts.map(({ length }) => {
    start += length;
    return table.numberOf(bytes, start - length, start);
  });
}

describe('ByteTable', () => {
  it('numbers bytes as a map of their texts does', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.uint8Array({ maxLength: 12, max: 3 }), { maxLength: 300 }), { maxLength: 3 }),
        (dictionaries) => {
          const table = new ByteTable();
          const numbers = new Map<string, number>();
          for (const texts of dictionaries) {
            const expected = texts.map((text) => {
              const key = text.join();
              const number = numbers.get(key) ?? numbers.size;
              numbers.set(key, number);
              return number;
            });
            expect(numbersIn(table, texts)).toEqual(expected);
          }
          expect(table.size).toBe(numbers.size);
        },
      ),
    ));

  it('grows with what it holds, and finds all of it again', () => {
    const table = new ByteTable();
    const texts = Array.from({ length: 20_000 }, (_, index) =>
      Buffer.from(`text ${index}`.repeat(index % 5)),
    );
    const first = numbersIn(table, texts);
    expect(numbersIn(table, texts)).toEqual(first);
    // the empty text is there 4,000 times
    expect(table.size).toBe(16_001);
    expect(new Set(first).size).toBe(16_001);
  });
});
