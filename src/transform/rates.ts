import pl, { type DataFrame, type Expr } from 'nodejs-polars';
import { asRead, compileDimension } from './dimension.js';
import { yearMonth } from './month.js';
import { payerSlug } from './payer.js';
import { posMembers, serviceText } from './pos-set.js';
import { isKeptRate, rateRejectReason, rateValue, unusualRates } from './rate.js';
import { compileRejects } from './rejects.js';
import { type ChunkShape, exponentSpeller, storedAs, storedColumn, textOf, varyingOf } from './shape.js';
import { blankToEmpty, emptyToNull, firstNonBlank, isBlank, isEmpty } from './text.js';

export interface TransformSettings {
  /** Takes the place of the slug of `reporting_entity_name`. */
  readonly payerSlugOverride: string | null;
}

/**
 * A chunk of rates as a small star: the distinct values of four dimensions under surrogate keys, and distinct
 * facts that refer to them. Text is normalised, and empty where it is blank.
 *
 * - `context` context_id, payer_slug, reporting_entity_name, version, year_month, billing_class, negotiated_type,
 *   negotiation_arrangement, expiration_date
 * - `code` code_id, code_type, code, code_description, code_name
 * - `provider` provider_id, provider_group_id_raw
 * - `pos_set` pos_id, pos_members
 * - `fact` context_id, code_id, provider_id, pos_id, negotiated_rate
 */
export type RatesStar = Readonly<Record<'context' | 'code' | 'provider' | 'pos_set' | 'fact', DataFrame>>;

export interface TransformedRates {
  readonly star: RatesStar;
  /** Rejected rows as read, with `row` (from 0 within the chunk) and `reject_reason`; null where there are none. */
  readonly rejects: DataFrame | null;
  /** How many accepted rows are unusual, by reason. */
  readonly warnings: Readonly<Record<string, number>>;
}

/**
 * Normalises a chunk of rates, splits off its rejects and reduces the rest to distinct rows.
 * `firstRow` is the number of the frame's first row in the whole logical input: it keeps surrogate keys apart.
 */
export type RatesTransform = (frame: DataFrame, firstRow: number) => Promise<TransformedRates>;

const contextColumns = [
  'reporting_entity_name',
  'version',
  'billing_class',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
];
const monthColumn = 'last_updated_on';
const codeColumns = ['billing_code_type', 'billing_code'];
const codeAttributes = ['description', 'name'];
const idColumns = ['provider_reference_id', 'provider_group_id'];
const serviceColumn = 'service_codes';
const rateColumn = 'negotiated_rate';

/** Makes the transform of all chunks of one shape. */
export function compileRates(shape: ChunkShape, settings: TransformSettings): RatesTransform {
  const reduce = compileReduction(shape, settings);
  const splitRejects = compileRejects(shape, rejectReason(shape, settings));
  return async (frame, firstRow) => {
    const { rows, ...all } = await reduce(frame, firstRow);
    if (rows === frame.height) return { ...all, rejects: null };
    const { accepted, rejects } = await splitRejects(frame);
    const { star, warnings } = await reduce(accepted, firstRow);
    return { star, warnings, rejects };
  };
}

function rejectReason(shape: ChunkShape, { payerSlugOverride }: TransformSettings): Expr {
  return pl
    .when(isEmpty(payerSlug(textOf(shape, 'reporting_entity_name'), payerSlugOverride)))
    .then(pl.lit('payer_missing'))
    .when(isBlank(textOf(shape, 'billing_code_type')))
    .then(pl.lit('code_type_missing'))
    .when(isBlank(textOf(shape, 'billing_code')))
    .then(pl.lit('code_missing'))
    .otherwise(rateRejectReason(storedColumn(shape, rateColumn), storedAs(shape, rateColumn)));
}

/** Reduces a frame to the star of the rows that can be kept, and says how many rows those are. */
function compileReduction(shape: ChunkShape, settings: TransformSettings) {
  const tuplesOf = compileTuples(shape);
  const descriptionsOf = compileDescriptions(shape);
  const context = contextDimension(shape, settings);
  const code = codeDimension(shape);
  const provider = providerDimension(shape);
  const posSet = posSetDimension(shape);
  const keptRate = isKeptRate(pl.col(rateColumn));
  const factColumns = ['context_id', 'code_id', 'provider_id', 'pos_id', rateColumn];
  const counts = countExpressions();

  return async (frame: DataFrame, firstRow: number) => {
    const [tuples, descriptions] = await Promise.all([tuplesOf(frame), descriptionsOf(frame)]);
    const [contexts, codes, providers, posSets] = await Promise.all([
      context.make(context.distinct(tuples), firstRow),
      code.make(descriptions.lazy(), firstRow),
      provider.make(provider.distinct(tuples), firstRow),
      posSet.make(posSet.distinct(tuples), firstRow),
    ]);
    let rows = context.referTo(tuples.lazy().filter(keptRate), contexts);
    rows = code.referTo(rows, codes);
    rows = provider.referTo(rows, providers);
    const facts = await posSet.referTo(rows, posSets).collect();
    const { rows: accepted, ...warnings } = await countRows(facts, counts);
    const star = {
      context: contexts.rows,
      code: codes.rows,
      provider: providers.rows,
      pos_set: posSets.rows,
      fact: facts.select(...factColumns),
    };
    return { rows: accepted, star, warnings };
  };
}

/**
 * The distinct combinations of the columns that vary, with `copies`, the number of rows of each: text (service codes
 * as one text) under the names of {@link asRead}, the rate as a double. Grouped as stored and only then made text,
 * because there are fewer combinations to convert than rows.
 */
function compileTuples(shape: ChunkShape) {
  const texts = varyingOf(shape, [...contextColumns, monthColumn, ...codeColumns, ...idColumns]);
  const services = varyingOf(shape, [serviceColumn]);
  const servicesRead = services.map((column) =>
    serviceText(pl.col(column), storedAs(shape, column)).alias(asRead(column)),
  );
  const stored = [...texts.map((column) => pl.col(column)), pl.col(rateColumn), ...servicesRead];
  const keys = [...texts, rateColumn, ...services.map(asRead)].map((name) => pl.col(name));
  const copies = pl.len().alias('copies');
  const converted = [
    ...texts.map((column) => textOf(shape, column).alias(asRead(column))),
    ...services.map((column) => pl.col(asRead(column))),
    rateValue(pl.col(rateColumn), storedAs(shape, rateColumn)).alias(rateColumn),
    pl.col('copies'),
  ];
  const spellOut = exponentSpeller(shape, texts, asRead);
  return async (frame: DataFrame): Promise<DataFrame> => {
    const grouped = frame
      .lazy()
      .select(...stored)
      .groupBy(keys, false)
      .agg(copies);
    return spellOut(await grouped.select(...converted).collect());
  };
}

/** The codes of a frame, each with the smallest non-blank description and name of any of its rows. */
function compileDescriptions(shape: ChunkShape) {
  const columns = [...codeColumns, ...codeAttributes];
  const texts = columns.map((column) => textOf(shape, column).alias(asRead(column)));
  const spellOut = exponentSpeller(shape, columns, asRead);
  const attributes = codeAttributes.map((column) => pl.col(asRead(column)));
  const nonBlank = attributes.map((attribute) => emptyToNull(blankToEmpty(attribute)));
  const keys = codeColumns.map((column) => pl.col(asRead(column)));
  const smallest = attributes.map((attribute) => attribute.min());
  // a constant has no column to be counted by
  const anyColumn = [pl.col(rateColumn)];
  const constant = varyingOf(shape, columns).length === 0;
  return async (frame: DataFrame): Promise<DataFrame> => {
    const rows = constant
      ? frame
          .lazy()
          .select(...anyColumn)
          .limit(1)
          .select(...texts)
      : frame.lazy().select(...texts);
    const described = await spellOut(await rows.unique().collect());
    return described
      .lazy()
      .withColumns(...nonBlank)
      .groupBy(keys, false)
      .agg(...smallest)
      .collect();
  };
}

function contextDimension(shape: ChunkShape, { payerSlugOverride }: TransformSettings) {
  const read = reader(shape, [...contextColumns, monthColumn]);
  return compileDimension({
    id: 'context_id',
    on: read.on,
    columns: {
      payer_slug: payerSlug(read.text('reporting_entity_name'), payerSlugOverride),
      year_month: yearMonth(read.text(monthColumn), storedAs(shape, monthColumn).kind),
      ...Object.fromEntries(contextColumns.map((column) => [column, blankToEmpty(read.text(column))])),
    },
    keep: isEmpty(pl.col('payer_slug')).not(),
    carried: ['negotiated_type', 'year_month'],
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

function providerDimension(shape: ChunkShape) {
  const read = reader(shape, idColumns);
  return compileDimension({
    id: 'provider_id',
    on: read.on,
    columns: { provider_group_id_raw: firstNonBlank(idColumns.map(read.text)) },
    carried: ['provider_group_id_raw'],
  });
}

function posSetDimension(shape: ChunkShape) {
  const on = varyingOf(shape, [serviceColumn]);
  const services =
    on.length > 0
      ? pl.col(asRead(serviceColumn))
      : serviceText(storedColumn(shape, serviceColumn), storedAs(shape, serviceColumn));
  return compileDimension({ id: 'pos_id', on, columns: { pos_members: posMembers(services) } });
}

/** Reads columns back from distinct rows, and those that do not vary from the shape. */
function reader(shape: ChunkShape, columns: readonly string[]) {
  const on = varyingOf(shape, columns);
  const text = (column: string) => (on.includes(column) ? pl.col(asRead(column)) : textOf(shape, column));
  return { on, text };
}

/** Sums of rows over facts that carry what their dimensions say of them. */
function countExpressions(): Expr[] {
  const rate = pl.col(rateColumn);
  const conditions: Record<string, Expr> = {
    ...Object.fromEntries(Object.entries(unusualRates).map(([reason, holds]) => [reason, holds(rate)])),
    rate_percentage: pl.col('negotiated_type').str.strip().str.toLowerCase().eq(pl.lit('percentage')),
    year_month_missing: isEmpty(pl.col('year_month')),
    provider_id_missing: isEmpty(pl.col('provider_group_id_raw')),
  };
  const copies = pl.col('copies').cast(pl.Int64);
  const byReason = Object.entries(conditions).map(([reason, holds]) =>
    copies.filter(holds).sum().alias(reason),
  );
  return [copies.sum().alias('rows'), ...byReason];
}

async function countRows(facts: DataFrame, counts: readonly Expr[]): Promise<Record<string, number>> {
  const [sums = {}] = (
    await facts
      .lazy()
      .select(...counts)
      .collect()
  ).toRecords();
  return Object.fromEntries(Object.entries(sums).map(([reason, sum]) => [reason, Number(sum ?? 0)]));
}
