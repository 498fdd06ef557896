import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { payerSlug } from './payer.js';
import { rateRejectReason } from './rate.js';
import { compileContext } from './rates-context.js';
import { compileFacts } from './rates-facts.js';
import { compileRejects } from './rejects.js';
import { type ChunkShape, storedAs, storedColumn, textOf } from './shape.js';
import { isBlank, isEmpty } from './text.js';

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

/** Makes the transform of all chunks of one shape. */
export function compileRates(shape: ChunkShape, settings: TransformSettings): RatesTransform {
  const reduce = compileReduction(shape, settings);
  const splitRejects = compileRejects('rates', shape, ratesRejectReason(shape, settings));
  return async (frame, firstRow) => {
    const { rows, ...all } = await reduce(frame, firstRow);
    if (rows === frame.height) return { ...all, rejects: null };
    const { accepted, rejects } = await splitRejects(frame);
    // the library does not reduce nothing at all to nothing: literals stay one row high
    if (accepted.height === 0) return { star: emptied(all.star), warnings: {}, rejects };
    const { star, warnings } = await reduce(accepted, firstRow);
    return { star, warnings, rejects };
  };
}

function emptied({ context, code, provider, pos_set, fact }: RatesStar): RatesStar {
  const none = (frame: DataFrame) => frame.head(0);
  return {
    context: none(context),
    code: none(code),
    provider: none(provider),
    pos_set: none(pos_set),
    fact: none(fact),
  };
}

/** Why a row cannot be kept, in the order of the data contract (section 5); empty where it can. */
export function ratesRejectReason(shape: ChunkShape, { payerSlugOverride }: TransformSettings): Expr {
  return pl
    .when(isEmpty(payerSlug(textOf(shape, 'reporting_entity_name'), payerSlugOverride)))
    .then(pl.lit('payer_missing'))
    .when(isBlank(textOf(shape, 'billing_code_type')))
    .then(pl.lit('code_type_missing'))
    .when(isBlank(textOf(shape, 'billing_code')))
    .then(pl.lit('code_missing'))
    .otherwise(rateRejectReason(storedColumn(shape, 'negotiated_rate'), storedAs(shape, 'negotiated_rate')));
}

/** Reduces a frame to the star of the rows that can be kept, and says how many rows those are. */
function compileReduction(shape: ChunkShape, settings: TransformSettings) {
  const contextOf = compileContext(shape, settings);
  const factsOf = compileFacts(shape);
  return async (frame: DataFrame, firstRow: number) => {
    const { rows, runs, context, code } = await contextOf(frame, firstRow);
    const { accepted, warnings, fact, provider, posSet } = await factsOf(rows, runs, firstRow);
    return { rows: accepted, star: { context, code, provider, pos_set: posSet, fact }, warnings };
  };
}
