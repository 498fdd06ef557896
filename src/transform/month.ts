import type { Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { ValueKind } from '../sources/sources.js';

const month = '(?:0[1-9]|1[0-2])';
const day = '(?:0[1-9]|[12][0-9]|3[01])';

const yearMonthAnywhere = `(20[0-9]{2})[-/](${month})`;
const compact = `^([0-9]{4})(${month})${day}?$`;
const american = `^(0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01])/([0-9]{4})$`;

/**
 * The month, `YYYY-MM`, of the text of `last_updated_on`; empty where no rule of the data contract (section 3)
 * matches. Rules are tried in order and text is not trimmed.
 */
export function yearMonth(text: Expr, kind: ValueKind): Expr {
  if (kind === 'date' || kind === 'timestamp') return text.str.replace('-[0-9]+$', '');
  const byRule = [
    [yearMonthAnywhere, joined(text, yearMonthAnywhere, 1, 2)],
    [compact, joined(text, compact, 1, 2)],
    [american, joined(text, american, 2, 1)],
  ] as const;
  return byRule.reduceRight<Expr>(
    (otherwise, [pattern, value]) => pl.when(text.str.contains(pattern)).then(value).otherwise(otherwise),
    pl.lit(''),
  );
}

function joined(text: Expr, pattern: string, yearGroup: number, monthGroup: number): Expr {
  const monthText = text.str.extract(pattern, monthGroup).str.zFill(2);
  return pl.concatString([text.str.extract(pattern, yearGroup), monthText], '-');
}
