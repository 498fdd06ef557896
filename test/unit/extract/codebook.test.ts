import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codebook, type Coding } from '../../../src/extract/codebook.js';
import type { Layout } from '../../../src/sources/sources.js';
import { codeSum, codingsOf, contextSum } from '../../../src/transform/rates-coding.js';

const number = (shift: number, bits: number): Coding => ({ kind: 'number', shift, bits });
const fingerprint: Coding = { kind: 'fingerprint', shift: 0, bits: 64 };

function codebookOf(codings: Readonly<Record<string, Coding>>): Codebook {
  return new Codebook(new Map(Object.entries(codings)));
}

/** What a list's codes come to in a sum of 64 bits. */
const sumOf = (codes: readonly bigint[]) =>
  BigInt.asIntN(
    64,
    codes.reduce((one, other) => one + other, 0n),
  );

describe('numbers of texts', () => {
  it('are given in the order of their appearance, from 1, each once', () => {
    const book = codebookOf({ name: number(0, 9) });
    const codes = ['b', 'a', 'b', '', 'a'].map((text) => book.codeOfText('name', text));
    expect(codes).toEqual([1n, 2n, 1n, 3n, 2n]);
    expect([0n, 1n, 2n, 3n, 4n].map((code) => book.textIn('name', code))).toEqual([null, 'b', 'a', '', null]);
  });

  it('are looked up by the bytes of a text', () => {
    const book = codebookOf({ name: number(0, 9) });
    const bytes = Buffer.from('..\u{1f600}\ufeff..', 'utf8');
    const codes = new Int32Array(4);
    expect(book.coderOf('name')(bytes, 2, 9, codes, 1)).toBe(true);
    expect([...codes]).toEqual([0, 0, 1, 0]);
    expect(book.codeOfText('name', '\u{1f600}\ufeff')).toBe(1n);
  });

  it('tell apart texts that look alike, and keep each to the letter', () => {
    const book = codebookOf({ name: number(0, 9) });
    const texts = [
      '\ufeffa',
      'a',
      'a ',
      '\u212a',
      'k',
      'K',
      '\u00e9',
      'e\u0301',
      '\u0000',
      '',
      '\ufffd',
      '1',
    ];
    const codes = texts.map((text) => book.codeOfText('name', text) ?? 0n);
    expect(new Set(codes).size).toBe(texts.length);
    expect(codes.map((code) => book.textIn('name', code))).toEqual(texts);
  });

  it('stand beside those of other columns', () => {
    const book = codebookOf({ low: number(0, 2), high: number(2, 3) });
    book.codeOfText('high', 'first');
    const sum = (book.codeOfText('low', 'x') ?? 0n) + (book.codeOfText('high', 'second') ?? 0n);
    expect(sum).toBe(0b010_01n);
    expect([book.textIn('low', sum), book.textIn('high', sum)]).toEqual(['x', 'second']);
  });

  it('end where the bits end, and for good', () => {
    const book = codebookOf({ name: number(5, 2) });
    const codes = ['a', 'b', 'c', 'd', 'a', 'd'].map((text) => book.codeOfText('name', text));
    expect(codes).toEqual([1n << 5n, 2n << 5n, 3n << 5n, undefined, 1n << 5n, undefined]);
  });

  it('are not given to bytes that are no text, nor to texts that are not accepted', () => {
    const book = codebookOf({ name: { ...number(0, 9), accepts: (text) => text !== 'no' } });
    const coder = book.coderOf('name');
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x80]]) {
      expect(coder(Buffer.from(bytes), 0, bytes.length, new Int32Array(2), 0)).toBe(false);
    }
    expect(book.codeOfText('name', 'no')).toBeUndefined();
    expect(book.codeOfText('name', 'yes')).toBe(1n);
  });

  it('are unknown for a column without a coding', () => {
    const book = codebookOf({ name: number(0, 9) });
    expect(book.has('name')).toBe(true);
    expect(book.has('other')).toBe(false);
    expect(() => book.coderOf('other')).toThrow('other has no codes');
  });

  it.each([
    ['a context', contextSum],
    ['a billing code', codeSum],
  ])('never overlap in the sum of %s', (_, columns) => {
    const layout: Layout = new Map(columns.map((column) => [column, { kind: 'text' }]));
    const row = fc.tuple(...columns.map(() => fc.option(fc.string({ unit: 'binary', maxLength: 3 }))));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const book = new Codebook(codingsOf(layout));
        // what is not accepted has no code, and is left out of a sum as null is
        const kept = rows.map((texts) =>
          columns.map((column, index) => {
            const text = texts[index] ?? null;
            return text !== null && book.codeOfText(column, text) !== undefined ? text : null;
          }),
        );
        const sums = kept.map((texts) =>
          sumOf(
            columns.flatMap((column, index) => {
              const text = texts[index] ?? null;
              return text === null ? [] : [book.codeOfText(column, text) ?? 0n];
            }),
          ),
        );
        expect(sums.every((sum) => sum >= 0n)).toBe(true);
        expect(sums.map((sum) => columns.map((column) => book.textIn(column, sum)))).toEqual(kept);
      }),
      { numRuns: 40 },
    );
  });

  it('fit a signed number of 64 bits even where every column is full', () => {
    const layout: Layout = new Map([...contextSum, ...codeSum].map((column) => [column, { kind: 'text' }]));
    const codings = codingsOf(layout);
    for (const columns of [contextSum, codeSum]) {
      const greatest = columns.map((column) => {
        const { shift = 0, bits = 0 } = codings.get(column) ?? {};
        return ((1n << BigInt(bits)) - 1n) << BigInt(shift);
      });
      const sum = greatest.reduce((one, other) => one + other, 0n);
      // no bit belongs to two columns
      expect(greatest.reduce((one, other) => one | other, 0n)).toBe(sum);
      expect(BigInt.asIntN(64, sum)).toBe(sum);
    }
  });
});

describe('fingerprints of texts', () => {
  it('are the same throughout a run, and others in the next', () => {
    const [one, other] = [codebookOf({ codes: fingerprint }), codebookOf({ codes: fingerprint })];
    const code = one.codeOfText('codes', '11') ?? 0n;
    expect(one.codeOfText('codes', '11')).toBe(code);
    expect(one.textOfFingerprint('codes', code)).toBe('11');
    expect(other.codeOfText('codes', '11')).not.toBe(code);
    expect(() => other.textOfFingerprint('codes', code)).toThrow('no text has the fingerprint');
  });

  it('are numbers of 64 bits with a sign', () => {
    const book = codebookOf({ codes: fingerprint });
    const codes = Array.from({ length: 1000 }, (_, index) => book.codeOfText('codes', String(index)) ?? 0n);
    expect(codes.every((code) => BigInt.asIntN(64, code) === code)).toBe(true);
    expect(codes.some((code) => code < 0n) && codes.some((code) => code > 0n)).toBe(true);
    // a sum of few of them leaves the 64 bits
    expect(codes.reduce((one, other) => one + (other > 0n ? other : 0n), 0n) > 2n ** 64n).toBe(true);
  });

  it('add up, with wrap-around, to one sum for the same elements in any order and to others for others', () => {
    const list = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(list, { maxLength: 200 }), fc.nat(), (lists, seed) => {
        const book = codebookOf({ codes: fingerprint });
        const sum = (elements: readonly number[]) =>
          sumOf(elements.map((element) => book.codeOfText('codes', String(element)) ?? 0n));
        const written = (elements: readonly number[]) => elements.toSorted((a, b) => a - b).join(' ');
        const sums = new Map<string, string>();
        for (const elements of lists) {
          const turned = [...elements.slice(seed % 7), ...elements.slice(0, seed % 7)];
          expect(sum(turned)).toBe(sum(elements));
          sums.set(String(sum(elements)), written(elements));
        }
        expect(sums.size).toBe(new Set(lists.map(written)).size);
      }),
      { numRuns: 20 },
    );
  });
});
