import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from '../../model/code-point-order.js';
import type { InputValue } from '../../model/input-value.js';
import { date, decimal, timestamp } from '../../model/input-value.js';
import { payerSlugOf } from '../../model/payer-slug.js';
import { textOfScalar } from '../../model/text-of-scalar.js';
import { isBlankText } from '../../model/white-space.js';

describe('textOfScalar', () => {
  it.each<[InputValue, string]>([
    [772n, '772'],
    [-1n, '-1'],
    [772.0, '772'],
    ['772.0', '772.0'],
    [decimal('222.00000'), '222'],
    [decimal('690.64462'), '690.64462'],
    [decimal('690.50000'), '690.5'],
    [decimal('-0.00500'), '-0.005'],
    [decimal('0.00000'), '0'],
    [decimal('100'), '100'],
    [0.1, '0.1'],
    [-0, '0'],
    [1e21, '1000000000000000000000'],
    [2 ** 70, '1180591620717411303424'],
    [1.5e-7, '0.00000015'],
    [-1e-7, '-0.0000001'],
    [1234567.5, '1234567.5'],
    [Number.NaN, ''],
    [null, ''],
    ['', ''],
    [' \t\u0085\u3000', ''],
    ['\uFEFF', '\uFEFF'],
    [' a ', ' a '],
    [date('2025-12-31'), '2025-12-31'],
    [date('1969-12-31'), '1969-12-31'],
    [timestamp('2025-12-31T22:00:00-05:00'), '2026-01-01'],
  ])('reads %o as %j', (value, text) => {
    expect(textOfScalar(value)).toBe(text);
  });

  it('gives a double text that reads back as the same double, without an exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = textOfScalar(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('isBlankText', () => {
  it('follows the White_Space property of Unicode', () => {
    expect(isBlankText('\u0085\u00A0\u1680\u2000\u200A\u2028\u2029\u202F\u205F\u3000\v\f')).toBe(true);
    expect(['\uFEFF', '\u200B', '\u180E', 'a', '\0'].some(isBlankText)).toBe(false);
  });
});

describe('payerSlugOf', () => {
  it.each([
    ['UnitedHealthcare of Georgia Inc.', 'unitedhealthcare-of-georgia-inc'],
    ['  Évry -- Health!  ', 'vry-health'],
    ['\u212Aaiser', 'kaiser'],
    ['İstanbul', 'i-stanbul'],
    ['a_b', 'a-b'],
    ['***', ''],
    ['', ''],
  ])('makes %j %j', (name, slug) => {
    expect(payerSlugOf(name)).toBe(slug);
  });
});

describe('compareCodePoints', () => {
  it('orders as UTF-8 bytes do', () => {
    const unit = fc.constantFrom(
      'a',
      'b',
      '\u00E9',
      '\uE000',
      '\uFFFD',
      '\u{1F600}',
      '\u{1F601}',
      '\u{10FFFF}',
    );
    const text = fc.array(unit, { maxLength: 4 }).map((units) => units.join(''));
    fc.assert(
      fc.property(text, text, (left, right) => {
        const byBytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareCodePoints(left, right))).toBe(byBytes);
      }),
      { numRuns: 1000 },
    );
  });
});
