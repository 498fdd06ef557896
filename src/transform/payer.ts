import type { Expr } from 'nodejs-polars';
import { pl } from '../polars.js';

/** A slug as a payer may set one: what {@link payerSlug} can produce. */
export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The payer slug of entity names (data contract, section 3); empty where a name has no letter or digit. */
export function payerSlug(entityName: Expr, override: string | null): Expr {
  if (override !== null) return pl.lit(override);
  return entityName.str.toLowerCase().str.replaceAll('[^a-z0-9]+', '-').str.stripChars('-');
}
