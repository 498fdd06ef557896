import { describe, expect, it } from 'vitest';
import {
  change,
  duration,
  moment,
  month,
  portion,
  priceTick,
  rate,
} from '../../../../src/report/page/wording.js';

describe('the words of a page', () => {
  it.each([
    [0, 'dollars', '$0.00'],
    [-1.5, 'dollars', '−$1.50'],
    [1_103_963.994, 'dollars', '$1,103,963.99'],
    [9.9e14, 'dollars', '$990T'],
    [0.0004, 'dollars', '$0.0004'],
    [44, 'percent', '44%'],
    [12.345, 'percent', '12.35%'],
  ] as const)('tell the rate %d in %s as %s', (value, unit, text) => expect(rate(value, unit)).toBe(text));

  it.each([
    [0, 10, '0.0%'],
    [13, 20_000, '<0.1%'],
    [19_999, 20_000, '99.9%'],
    [0, 0, '-'],
  ])('tell %d of %d as %s', (part, whole, text) => expect(portion(part, whole)).toBe(text));

  it.each([
    [0, '0 ms'],
    [0.0996, '0.1 s'],
    [59.94, '59.9 s'],
    [61.2, '1 min 1 s'],
    [3_725, '1 h 2 min'],
  ])('tell %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    [1, 1, 'the same'],
    [3, 0, 'more than none'],
    [1.0001, 1, 'about the same'],
    [3, 2, '+50%'],
    [1.95, 2, '−2.5%'],
    [20_000, 1, '+1,999,900%'],
  ])('tell %d after %d as %s', (now, before, text) => expect(change(now, before)).toBe(text));

  it('tell months and moments, and what is neither as it is', () => {
    expect([month('202508'), month('2025-08'), month('spring')]).toEqual([
      'August 2025',
      'August 2025',
      'spring',
    ]);
    expect(moment('2025-08-01T04:05:06.000Z')).toBe('1 August 2025 at 04:05 UTC');
    expect(moment('never')).toBe('never');
    expect([priceTick(0.1), priceTick(1_000), priceTick(2_500_000)]).toEqual(['$0.1', '$1K', '$2.5M']);
  });
});
