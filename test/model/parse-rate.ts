import type { InputValue } from './input-value.js';
import { isList } from './input-value.js';
import { textOfDecimal } from './text-of-scalar.js';
import { isBlankText, trimWhiteSpace } from './white-space.js';

export type RateReason = 'rate_missing' | 'rate_not_numeric' | 'rate_not_finite' | 'rate_out_of_range';

const numeric = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** The rate in a cell as a double, or why the row that holds it is rejected. */
export function parseRate(value: InputValue): number | RateReason {
  if (value === null) return 'rate_missing';
  if (typeof value === 'string') {
    if (isBlankText(value)) return 'rate_missing';
    const text = trimWhiteSpace(value);
    return numeric.test(text) ? checkRate(Number(text)) : 'rate_not_numeric';
  }
  if (typeof value === 'bigint' || typeof value === 'number') return checkRate(Number(value));
  if (isList(value) || value.kind !== 'decimal') throw new RangeError('the contract allows no such rate');
  // through text: Number() rounds once, a division would round twice
  return checkRate(Number(textOfDecimal(value)));
}

function checkRate(rate: number): number | RateReason {
  if (!Number.isFinite(rate)) return 'rate_not_finite';
  if (Math.abs(rate) >= 1e15) return 'rate_out_of_range';
  return rate === 0 ? 0 : rate;
}
