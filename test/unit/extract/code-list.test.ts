import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodeList } from '../../../src/extract/code-list.js';
import { check } from '../../support/arbitrary-run.js';

describe('CodeList', () => {
  it('gives each code back to the bit, beside others, and tells of those that are missing', () =>
    check(
      100,
      fc.asyncProperty(
        fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }), {
          maxLength: 300,
        }),
        async (given) => {
          const list = new CodeList();
          for (const code of given) list.push(code);
          const codes = new BigInt64Array(given.length).fill(7n);
          const halves = new Int32Array(codes.buffer);
          const isThere = given.map((_, number) => list.put(number, halves, given.length - 1 - number));
          expect(list.size).toBe(given.length);
          expect(isThere).toEqual(given.map((code) => code !== undefined));
          expect([...codes].reverse()).toEqual(given.map((code) => code ?? 7n));
        },
      ),
    ));
});
