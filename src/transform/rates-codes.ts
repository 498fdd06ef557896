import type { DataFrame } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { Layout } from '../sources/sources.js';
import { asRead, type CompiledDimension, type Dimension } from './dimension.js';
import type { TransformSettings } from './rates.js';
import { seriesOf } from './rates-coded.js';
import { codeSum, contextSum, serviceColumn } from './rates-coding.js';
import { codeDimension, compileCodeDescriptions, contextDimension, contextFlags } from './rates-context.js';
import { posSetDimension, providerDimension } from './rates-facts.js';
import { separately } from './separately.js';

/** Codes that facts have, each with the texts that it stands for by column; null where there is none. */
export type TextsByCode = ReadonlyMap<string, Readonly<Record<string, string | null>>>;

export interface MetCodes {
  readonly contexts: TextsByCode;
  readonly codes: TextsByCode;
  readonly providers: TextsByCode;
  readonly services: TextsByCode;
}

/**
 * The dimensions of coded facts, as a chunk of rates has them, and the way from each code to its row there:
 * `code`, `id`, the context's with its flags.
 */
export interface ResolvedCodes {
  readonly star: Readonly<Record<'context' | 'code' | 'provider' | 'pos_set', DataFrame>>;
  /** How many rows have an unusual context, by reason. */
  readonly warnings: Readonly<Record<string, number>>;
  readonly lookups: Readonly<
    Record<'context_code' | 'code_code' | 'provider_code' | 'service_code', DataFrame>
  >;
}

const idColumn = 'provider_reference_id';

/** Texts alone: what was something else has been made text. */
const layout: Layout = new Map(
  [...contextSum, ...codeSum, idColumn, serviceColumn].map((column) => [column, { kind: 'text' }]),
);
const shape = { layout, constants: new Map<string, string | null>() };

/**
 * Normalises the texts behind codes, each once in a run. `firstId` is the first of their surrogate keys,
 * `contextRows` the number of rows that have each context.
 */
export type Resolution = (
  met: MetCodes,
  contextRows: ReadonlyMap<string, number>,
  firstId: number,
) => Promise<ResolvedCodes>;

/** Makes the expressions of the resolution, which takes longer than to use them. */
export function compileResolution(settings: TransformSettings): Resolution {
  const describeCodes = compileCodeDescriptions(shape);
  const dimensions = {
    context: contextDimension(shape, settings),
    code: codeDimension(shape),
    provider: providerDimension(shape),
    posSet: posSetDimension(shape),
  };
  return async (met, contextRows, firstId) => {
    const [context, code, provider, service] = await Promise.all([
      resolve(met.contexts, dimensions.context, firstId, contextFlags),
      resolve(met.codes, dimensions.code, firstId, [], (frame) => describeCodes(frame)),
      resolve(met.providers, dimensions.provider, firstId),
      resolve(met.services, dimensions.posSet, firstId),
    ]);
    return {
      warnings: countFlagged(context.lookup, contextRows),
      star: { context: context.rows, code: code.rows, provider: provider.rows, pos_set: service.rows },
      lookups: {
        context_code: context.lookup,
        code_code: code.lookup,
        provider_code: provider.lookup,
        service_code: service.lookup,
      },
    };
  };
}

function countFlagged(lookup: DataFrame, rows: ReadonlyMap<string, number>): Record<string, number> {
  const contexts = lookup.withColumn(pl.col('code').cast(pl.Utf8)).toRecords();
  const rowsWith = (flag: string) =>
    contexts
      .filter((context) => context[flag] === true)
      .reduce((sum, { code }) => sum + (rows.get(String(code)) ?? 0), 0);
  return { rate_percentage: rowsWith('is_percentage'), year_month_missing: rowsWith('is_month_missing') };
}

async function resolve(
  texts: TextsByCode,
  dimension: CompiledDimension,
  firstId: number,
  flags: readonly string[] = [],
  distinct = dimension.distinct,
): Promise<Dimension> {
  const frame = frameOf(texts);
  const made = await dimension.make(distinct(frame), firstId);
  const referring = await dimension.referTo(frame.lazy(), made).collect(separately);
  const lookup = referring.select(
    pl.col('code').alias('code'),
    pl.col(dimension.id).alias('id'),
    ...flags.map((flag) => pl.col(flag)),
  );
  return { rows: made.rows, lookup };
}

/** Codes with their texts under the names of {@link asRead}; no text is empty text, as everywhere. */
function frameOf(texts: TextsByCode): DataFrame {
  const [first = {}] = texts.values();
  const columns = Object.keys(first).map((column) => [
    asRead(column),
    pl.Series(
      asRead(column),
      [...texts.values()].map((row) => row[column] ?? ''),
      pl.Utf8,
    ),
  ]);
  return pl.DataFrame({ code: seriesOf('code', [...texts.keys()]), ...Object.fromEntries(columns) });
}
