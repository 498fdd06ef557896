import { count, share } from '../../numbers.js';
import type { Spread } from '../page-data.js';

/** From here on a price is told in millions or more: in full it would be wider than what it is compared with. */
const large = 10_000_000;

/** A rate as it is compared with others: dollars and cents, or a percentage. */
export function rate(value: number, unit: Spread['unit']): string {
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  return unit === 'percent'
    ? `${sign}${size.toLocaleString('en-US', { maximumFractionDigits: 2 })}%`
    : `${sign}$${amount(size)}`;
}

function amount(value: number): string {
  if (value >= large) return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 2 });
  if (value > 0 && value < 0.005) return value.toLocaleString('en-US', { maximumSignificantDigits: 2 });
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The price at a tick of an axis. */
export function priceTick(value: number): string {
  return `$${value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 })}`;
}

/** A number at a tick of an axis. */
export function tick(value: number): string {
  return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
}

/** The share of a part in percent, rounded down; what is there is not told as nothing. */
export function portion(part: number, whole: number): string {
  const told = share(part, whole);
  return part > 0 && told === '0.0%' ? '<0.1%' : told;
}

/** How long something took. */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${rest} s`;
}

/** Memory of a process. */
export function megabytes(mb: number): string {
  return `${count(Math.round(mb))} MB`;
}

/** A moment, the same wherever the page is read. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${at.toLocaleString('en-GB', options)} UTC`;
}

/** The month of a period such as `202508`. */
export function month(period: string): string {
  const [, year, number] = /^(\d{4})-?(\d{2})$/.exec(period) ?? [];
  if (year === undefined || number === undefined) return period;
  const at = new Date(Date.UTC(Number(year), Number(number) - 1));
  return at.toLocaleString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** By how much a number is larger or smaller than another. */
export function change(now: number, before: number): string {
  if (now === before) return 'the same';
  if (before === 0) return 'more than none';
  const percent = (now / before - 1) * 100;
  const text = Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0);
  if (Number(text) === 0) return 'about the same';
  return `${percent > 0 ? '+' : '−'}${count(Number(text))}%`;
}
