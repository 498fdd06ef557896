import type { Dialect } from './dialect.js';

/** Powers of two that cut the fraction of a double into pieces of 26 bits. */
const high = 2 ** 26;
const middle = 2 ** 52;

/**
 * Puts beside each row of a query the text of its rate, what C's `printf("%.4f")` prints for it (data contract, section 3).
 * Decimal casts and formatters of the engines round otherwise, so it is made of sums and products of doubles that have no
 * rounding in them. For a rate r below 1e15 in size, of which the fraction f is exact:
 *
 * 1. f is cut into three: multiples of 2^-26, of 2^-52, and what is left. Each times 10,000 is exact (40 bits; the rest of a
 *    fraction that is anywhere near half a ten-thousandth has 16 bits at most).
 * 2. The first product gives the ten-thousandths and how much is missing to the next half; the other two are compared with that.
 * 3. A tie is there only where they are equal: then the even one is taken.
 *
 * The query has a column `negotiated_rate`; the result has all of its columns and `rate_text`.
 */
export function withRateText(sql: Dialect, query: string): string {
  const floored = (value: string) => sql.asDouble(sql.floor(value));
  const times = (value: string) => `${value} * ${sql.number(10_000)}`;
  const steps: readonly (readonly [name: string, value: string])[][] = [
    [['rate_size', `abs(negotiated_rate)`]],
    [['rate_whole', sql.floor('rate_size')]],
    [['rate_fraction', `rate_size - ${sql.asDouble('rate_whole')}`]],
    [['rate_high', `${floored(`rate_fraction * ${sql.number(high)}`)} / ${sql.number(high)}`]],
    [['rate_rest', 'rate_fraction - rate_high']],
    [
      ['rate_middle', `${floored(`rate_rest * ${sql.number(middle)}`)} / ${sql.number(middle)}`],
      ['rate_parts', sql.floor(times('rate_high'))],
    ],
    [
      [
        'rate_missing',
        `${sql.number(0.5)} - (${times('rate_high')} - ${sql.asDouble('rate_parts')}) - ${times('rate_middle')}`,
      ],
      ['rate_left', times('(rate_rest - rate_middle)')],
    ],
    [
      [
        'rate_rounded',
        `rate_parts + CASE WHEN rate_left > rate_missing OR (rate_left = rate_missing AND rate_parts % 2 = 1) THEN 1 ELSE 0 END`,
      ],
    ],
    [
      [
        'rate_text',
        `concat(CASE WHEN negotiated_rate < 0 THEN '-' ELSE '' END, ${sql.asText('rate_whole + CASE WHEN rate_rounded = 10000 THEN 1 ELSE 0 END')},
          '.', ${sql.padLeft(sql.asText('rate_rounded % 10000'), 4)})`,
      ],
    ],
  ];
  return steps.reduce(
    (rows, columns) =>
      `SELECT *, ${columns.map(([name, value]) => `${value} AS ${name}`).join(', ')} FROM (${rows})`,
    query,
  );
}
