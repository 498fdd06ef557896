import type { InputValue } from './input-value.js';
import { textOfScalar } from './text-of-scalar.js';

const isoMonthAnywhere = /(20[0-9]{2})[-/](0[1-9]|1[0-2])/;
const compactDay = /^([0-9]{4})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/;
const compactMonth = /^([0-9]{4})(0[1-9]|1[0-2])$/;
const americanDay = /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12][0-9]|3[01])\/([0-9]{4})$/;

/** `YYYY-MM` of a publication date, or the empty string where it tells no month. */
export function yearMonthOf(lastUpdatedOn: InputValue): string {
  const text = textOfScalar(lastUpdatedOn);
  // typed values first: a date of 1999 has a month too, which as text it would not have
  if (isDay(lastUpdatedOn)) return text.slice(0, -3);
  for (const pattern of [isoMonthAnywhere, compactDay, compactMonth]) {
    const found = pattern.exec(text);
    if (found) return `${found[1]}-${found[2]}`;
  }
  const american = americanDay.exec(text);
  return american ? `${american[3]}-${american[1]?.padStart(2, '0')}` : '';
}

function isDay(value: InputValue): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind !== 'decimal';
}
