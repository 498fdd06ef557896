import type { Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { Stored } from '../sources/sources.js';
import { scalarText } from './text.js';

/** What stands between two place-of-service codes, in a list's printed form as well as in plain text. */
const separators = '[\\[\\]{}()\'"`;,|\\s]+';

/** Tokens that printers of missing values leave behind; the empty one stands outside the outer separators. */
const notCodes = '(?i)^(?:none|null|nan)?$';

/** Service codes as one text. A list is joined by a separator, so that both layouts are tokenised alike. */
export function serviceText(column: Expr, stored: Stored): Expr {
  if (stored.kind !== 'list') return scalarText(column, stored);
  return column.cast(pl.List(pl.Utf8)).lst.join({ separator: '|', ignoreNulls: true }).fillNull('');
}

/** The set of place-of-service codes in a service text, sorted by code point (data contract, section 3). */
export function posMembers(text: Expr): Expr {
  const tokens = text.str.replaceAll(separators, '|').str.split('|');
  const codes = pl.element().filter(pl.element().str.contains(notCodes).not());
  return tokens.lst.eval(codes).lst.unique().lst.sort();
}
