import pl, { type DataFrame, type LazyDataFrame } from 'nodejs-polars';
import { asRead, compileDimension } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import type { TransformSettings } from './rates.js';
import { compileRuns, runNumber } from './runs.js';
import { type ChunkShape, storedAs, textOf, varyingOf } from './shape.js';
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
    const kept = await referring.select(...references).collect();
    return { rows, runs: kept, context: contexts.rows, code: codes.rows };
  };
}

function contextDimension(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  const on = varyingOf(shape, [monthColumn, ...contextColumns]);
  const text = (column: string) => (on.includes(column) ? pl.col(asRead(column)) : textOf(shape, column));
  const negotiatedType = pl.col('negotiated_type').str.strip().str.toLowerCase();
  return compileDimension({
    id: 'context_id',
    on,
    columns: {
      payer_slug: payerSlug(text('reporting_entity_name'), payerSlugOverride),
      year_month: yearMonth(text(monthColumn), storedAs(shape, monthColumn).kind),
      ...Object.fromEntries(contextColumns.map((column) => [column, blankToEmpty(text(column))])),
    },
    keep: isEmpty(pl.col('payer_slug')).not(),
    flags: {
      is_percentage: negotiatedType.eq(pl.lit('percentage')),
      is_month_missing: isEmpty(pl.col('year_month')),
    },
  });
}

function codeDimension(shape: ChunkShape) {
  return compileDimension({
    id: 'code_id',
    on: varyingOf(shape, codeColumns),
    columns: {
      code_type: blankToEmpty(pl.col(asRead('billing_code_type'))),
      code: blankToEmpty(pl.col(asRead('billing_code'))),
      code_description: pl.col(asRead('description')).fillNull(''),
      code_name: pl.col(asRead('name')).fillNull(''),
    },
    keep: isEmpty(pl.col('code_type'))
      .or(isEmpty(pl.col('code')))
      .not(),
  });
}

/** The codes of the runs, each with the smallest non-blank description and name that any of them has. */
function compileCodeDescriptions(shape: ChunkShape) {
  const columns = [...codeColumns, ...codeAttributes];
  const varying = varyingOf(shape, columns);
  const texts = columns.map((column) =>
    varying.includes(column) ? pl.col(asRead(column)) : textOf(shape, column).alias(asRead(column)),
  );
  const keys = codeColumns.map((column) => pl.col(asRead(column)));
  const attributes = codeAttributes.map((column) => pl.col(asRead(column)));
  const nonBlank = attributes.map((attribute) => emptyToNull(blankToEmpty(attribute)));
  const smallest = attributes.map((attribute) => attribute.min());
  return (runs: DataFrame): LazyDataFrame => {
    const described = runs
      .lazy()
      .withColumns(...texts)
      .select(...keys, ...attributes)
      .unique();
    return described
      .withColumns(...nonBlank)
      .groupBy(keys, false)
      .agg(...smallest);
  };
}
