import type { DataFrame, Expr, LazyDataFrame } from 'nodejs-polars';
import { pl } from '../polars.js';
import { asRead, compileDimension } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import type { TransformSettings } from './rates.js';
import { compileRuns, runNumber } from './runs.js';
import { separately } from './separately.js';
import { type ChunkShape, normalised, storedAs, varyingOf } from './shape.js';
import { blankToEmpty, emptyToNull, isEmpty } from './text.js';

/** The columns of a rate that hardly ever change from one row to the next, as dimensions. */
export interface RatesContext {
  /** The frame's rows with the number of their run. */
  readonly rows: DataFrame;
  /** `run`, `context_id`, `code_id` and the {@link contextFlags} of the runs that can be kept. */
  readonly runs: DataFrame;
  readonly context: DataFrame;
  readonly code: DataFrame;
}

/** What a context says of its rates, for the count of unusual ones. */
export const contextFlags = ['is_percentage', 'is_month_missing'];

const monthColumn = 'last_updated_on';
const contextColumns = [
  'reporting_entity_name',
  'version',
  'billing_class',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
];
const codeColumns = ['billing_code_type', 'billing_code'];
const codeAttributes = ['description', 'name'];

/** Makes the function that finds contexts and codes, once per run of rows that share them. */
export function compileContext(shape: ChunkShape, settings: TransformSettings) {
  const runsOf = compileRuns(shape, [monthColumn, ...contextColumns, ...codeColumns, ...codeAttributes]);
  const describeCodes = compileCodeDescriptions(shape);
  const context = contextDimension(shape, settings);
  const code = codeDimension(shape);
  const references = [runNumber, 'context_id', 'code_id', ...contextFlags].map((name) => pl.col(name));
  return async (frame: DataFrame, firstRow: number): Promise<RatesContext> => {
    const { rows, runs } = await runsOf(frame);
    const [contexts, codes] = await Promise.all([
      context.make(context.distinct(runs), firstRow),
      code.make(describeCodes(runs), firstRow),
    ]);
    const referring = code.referTo(context.referTo(runs.lazy(), contexts), codes);
    const kept = await referring.select(...references).collect(separately);
    return { rows, runs: kept, context: contexts.rows, code: codes.rows };
  };
}

/** Contexts, made of the columns that hardly vary. */
export function contextDimension(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  const normal = (column: string, normalise: (text: Expr) => Expr) =>
    normalised(shape, column, asRead, normalise);
  const monthKind = storedAs(shape, monthColumn).kind;
  const negotiatedType = pl.col('negotiated_type').str.strip().str.toLowerCase();
  return compileDimension({
    id: 'context_id',
    on: varyingOf(shape, [monthColumn, ...contextColumns]),
    columns: {
      payer_slug: normal('reporting_entity_name', (name) => payerSlug(name, payerSlugOverride)),
      year_month: normal(monthColumn, (text) => yearMonth(text, monthKind)),
      ...Object.fromEntries(contextColumns.map((column) => [column, normal(column, blankToEmpty)])),
    },
    keep: isEmpty(pl.col('payer_slug')).not(),
    flags: {
      is_percentage: negotiatedType.eq(pl.lit('percentage')),
      is_month_missing: isEmpty(pl.col('year_month')),
    },
  });
}

/** Billing codes. */
export function codeDimension(shape: ChunkShape) {
  const normal = (column: string, normalise: (text: Expr) => Expr) =>
    normalised(shape, column, asRead, normalise);
  // made blank-free where they were aggregated, unless they do not vary
  const attribute = (column: string) => normal(column, (text) => blankToEmpty(text.fillNull('')));
  return compileDimension({
    id: 'code_id',
    on: varyingOf(shape, codeColumns),
    columns: {
      code_type: normal('billing_code_type', blankToEmpty),
      code: normal('billing_code', blankToEmpty),
      code_description: attribute('description'),
      code_name: attribute('name'),
    },
    keep: isEmpty(pl.col('code_type'))
      .or(isEmpty(pl.col('code')))
      .not(),
  });
}

/**
 * The codes of the runs, each with the smallest non-blank description and name that any of them has. What does not
 * vary is left to the dimension: aggregates over literals fail in the library.
 */
export function compileCodeDescriptions(shape: ChunkShape) {
  const keys = varyingOf(shape, codeColumns).map((column) => pl.col(asRead(column)));
  const attributes = varyingOf(shape, codeAttributes).map((column) => pl.col(asRead(column)));
  const columns = [...keys, ...attributes];
  const oneRow = pl.DataFrame({ one: [1] });
  const nonBlank = attributes.map((attribute) => emptyToNull(blankToEmpty(attribute)));
  const smallest = attributes.map((attribute) => attribute.min());
  return (runs: DataFrame): LazyDataFrame => {
    if (columns.length === 0) return oneRow.head(runs.height).lazy();
    const distinct = runs
      .lazy()
      .select(...columns)
      .unique();
    if (attributes.length === 0) return distinct;
    const described = distinct.withColumns(...nonBlank);
    return keys.length > 0 ? described.groupBy(keys, false).agg(...smallest) : described.select(...smallest);
  };
}
