import { describe, expect, it } from 'vitest';
import type { InputValue } from '../../model/input-value.js';
import { decimal } from '../../model/input-value.js';
import { parseRate } from '../../model/parse-rate.js';

describe('parseRate', () => {
  it.each<[InputValue, number | string]>([
    [88.72, 88.72],
    [65n, 65],
    [decimal('88.72000'), 88.72],
    [decimal('12345678901234567.89'), 'rate_out_of_range'],
    ['88.72', 88.72],
    [' \u00A0+88.72\u0085', 88.72],
    ['-.5', -0.5],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['.5e+1', 5],
    ['007', 7],
    ['1e-400', 0],
    [-0, 0],
    ['-0', 0],
    [-0.00001, -0.00001],
    [null, 'rate_missing'],
    ['', 'rate_missing'],
    [' \u2003', 'rate_missing'],
    ['5.', 'rate_not_numeric'],
    ['.', 'rate_not_numeric'],
    ['1_000', 'rate_not_numeric'],
    ['12,5', 'rate_not_numeric'],
    ['$5', 'rate_not_numeric'],
    ['0x1F', 'rate_not_numeric'],
    ['1e', 'rate_not_numeric'],
    ['+ 5', 'rate_not_numeric'],
    ['--5', 'rate_not_numeric'],
    ['NaN', 'rate_not_numeric'],
    ['Infinity', 'rate_not_numeric'],
    ['\uFEFF5', 'rate_not_numeric'],
    ['٣', 'rate_not_numeric'],
    [Number.NaN, 'rate_not_finite'],
    [Number.NEGATIVE_INFINITY, 'rate_not_finite'],
    ['1e400', 'rate_not_finite'],
    [1e15, 'rate_out_of_range'],
    [-1e15, 'rate_out_of_range'],
    ['1e300', 'rate_out_of_range'],
    [10n ** 15n, 'rate_out_of_range'],
    [10n ** 15n - 1n, 999_999_999_999_999],
  ])('reads %o as %o', (value, rate) => {
    expect(parseRate(value)).toBe(rate);
  });
});
