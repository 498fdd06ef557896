import type { DecimalValue, InputValue } from './input-value.js';
import { isList } from './input-value.js';
import { textOfDouble } from './text-of-double.js';
import { isBlankText } from './white-space.js';

/** The text of a scalar; a blank one (null, NaN, empty, only white space) is the empty string. */
export function textOfScalar(value: InputValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return isBlankText(value) ? '' : value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return textOfFloat(value);
  if (isList(value)) throw new RangeError('the contract gives a list no text');
  if (value.kind === 'decimal') return textOfDecimal(value);
  if (value.kind === 'date') return dayOf(value.days * 86_400_000);
  return dayOfMicros(value.micros);
}

function textOfFloat(value: number): string {
  if (Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) throw new RangeError('the contract gives infinity no text');
  return textOfDouble(value);
}

/** The shortest exact text of a decimal: trailing zeros of the fraction off, and the dot with the last of them. */
export function textOfDecimal({ unscaled, scale }: DecimalValue): string {
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return (negative ? '-' : '') + whole + (fraction === '' ? '' : `.${fraction}`);
}

/** `YYYY-MM-DD` of the UTC day that holds an instant. */
function dayOfMicros(micros: bigint): string {
  const remainder = ((micros % 1000n) + 1000n) % 1000n;
  return dayOf(Number((micros - remainder) / 1000n));
}

function dayOf(milliseconds: number): string {
  const [day = ''] = new Date(milliseconds).toISOString().split('T');
  return day;
}
