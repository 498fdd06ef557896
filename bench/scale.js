/**
 * How large a job is.
 *
 * @typedef {object} Scale
 * @property {number} rows Rates.
 * @property {number} distinct Facts that those rates come to: the rest are copies.
 * @property {number} codes Billing codes among them.
 * @property {number} providers Rows of the providers file.
 */

/** What one insurer published for one state and month. @type {Scale} */
export const published = { rows: 13_456_820, distinct: 2_950_000, codes: 3_696, providers: 131_984 };

/** A job of that many rates in which all else is in proportion; of providers there are never more than were published. */
export function scaleTo(rows) {
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new RangeError(`expected a number of rows, found ${rows}`);
  const part = (whole) => Math.max(1, Math.round((whole * rows) / published.rows));
  return {
    rows,
    distinct: part(published.distinct),
    codes: part(published.codes),
    providers: Math.min(published.providers, part(published.providers)),
  };
}

/** The job with ten times the rates, facts and codes. */
export function tenfold({ rows, distinct, codes, providers }) {
  return { rows: rows * 10, distinct: distinct * 10, codes: codes * 10, providers };
}
