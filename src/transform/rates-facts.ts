import type { DataFrame, Expr } from 'nodejs-polars';
import { pl } from '../polars.js';
import { asRead, compileDimension, joinOn } from './dimension.js';
import { posMembers, serviceText } from './pos-set.js';
import { isKeptRate, rateValue, unusualRates } from './rate.js';
import { idColumns, rateColumn, serviceColumn } from './rates-coding.js';
import { contextFlags } from './rates-context.js';
import { runNumber } from './runs.js';
import { separately } from './separately.js';
import {
  type ChunkShape,
  exponentSpeller,
  firstNonBlankOf,
  storedAs,
  storedColumn,
  textOf,
  varyingOf,
} from './shape.js';
import { isEmpty } from './text.js';

/** The facts of a chunk and the two dimensions that change from row to row. */
export interface RatesFacts {
  readonly fact: DataFrame;
  readonly provider: DataFrame;
  readonly posSet: DataFrame;
  /** How many rows the facts stand for. */
  readonly accepted: number;
  /** How many of those are unusual, by reason. */
  readonly warnings: Readonly<Record<string, number>>;
}

const copies = 'copies';
const factColumns = ['context_id', 'code_id', 'provider_id', 'pos_id', rateColumn];

/** Makes the function that reduces rows, whose runs refer to contexts and codes, to distinct facts. */
export function compileFacts(shape: ChunkShape) {
  const groupRows = compileGrouping(shape);
  const provider = providerDimension(shape);
  const posSet = posSetDimension(shape);
  const counts = countExpressions();
  return async (rows: DataFrame, runs: DataFrame, firstRow: number): Promise<RatesFacts> => {
    const groups = await groupRows(rows, runs);
    const [providers, posSets] = await Promise.all([
      provider.make(provider.distinct(groups), firstRow),
      posSet.make(posSet.distinct(groups), firstRow),
    ]);
    const facts = await posSet
      .referTo(provider.referTo(groups.lazy(), providers), posSets)
      .collect(separately);
    const { accepted = 0, ...warnings } = await sumOver(facts, counts);
    return {
      fact: facts.select(...factColumns),
      provider: providers.rows,
      posSet: posSets.rows,
      accepted,
      warnings,
    };
  };
}

/** Beyond one run in so many rows, runs are too short to group by. */
const rowsPerRun = 4;

/**
 * Makes the function that finds the distinct combinations of context, code, provider id, service codes and rate that
 * can be kept, each with `copies`, the number of its rows. They are grouped as stored and only then made text, because
 * there are fewer combinations to convert than rows. A combination may come more than once, from several runs.
 */
function compileGrouping(shape: ChunkShape) {
  const ids = varyingOf(shape, idColumns);
  const services = varyingOf(shape, [serviceColumn]);
  const values = [
    ...[...ids, rateColumn].map((column) => pl.col(column)),
    ...services.map((column) => serviceText(pl.col(column), storedAs(shape, column)).alias(asRead(column))),
  ];
  const valueKeys = [...ids, rateColumn, ...services.map(asRead)].map((name) => pl.col(name));
  const run = [pl.col(runNumber)];
  const references = ['context_id', 'code_id', ...contextFlags].map((name) => pl.col(name));
  const count = pl.len().alias(copies);
  const texts = [
    ...references,
    ...ids.map((column) => textOf(shape, column).alias(asRead(column))),
    ...services.map((column) => pl.col(asRead(column))),
    rateValue(pl.col(rateColumn), storedAs(shape, rateColumn)).alias(rateColumn),
    pl.col(copies).cast(pl.Int64),
  ];
  const keep = isKeptRate(pl.col(rateColumn));
  const spellOut = exponentSpeller(shape, ids, asRead);
  return async (rows: DataFrame, runs: DataFrame): Promise<DataFrame> => {
    const read = rows.lazy().select(...run, ...values);
    const grouped =
      runs.height * rowsPerRun < rows.height
        ? joinOn(read.groupBy([...run, ...valueKeys], false).agg(count), runs, run)
        : joinOn(read, runs, run)
            .groupBy([...references, ...valueKeys], false)
            .agg(count);
    return spellOut(
      await grouped
        .select(...texts)
        .filter(keep)
        .collect(separately),
    );
  };
}

/** Provider groups by their ids. */
export function providerDimension(shape: ChunkShape) {
  return compileDimension({
    id: 'provider_id',
    on: varyingOf(shape, idColumns),
    columns: { provider_group_id_raw: firstNonBlankOf(shape, idColumns, asRead) },
    flags: { is_id_missing: isEmpty(pl.col('provider_group_id_raw')) },
  });
}

/** Sets of place-of-service codes. */
export function posSetDimension(shape: ChunkShape) {
  const on = varyingOf(shape, [serviceColumn]);
  const services =
    on.length > 0
      ? pl.col(asRead(serviceColumn))
      : serviceText(storedColumn(shape, serviceColumn), storedAs(shape, serviceColumn));
  return compileDimension({ id: 'pos_id', on, columns: { pos_members: posMembers(services) } });
}

/** Sums of rows over facts, all of them and those that are unusual. */
function countExpressions(): Expr[] {
  const rate = pl.col(rateColumn);
  const conditions: Record<string, Expr> = {
    ...Object.fromEntries(Object.entries(unusualRates).map(([reason, holds]) => [reason, holds(rate)])),
    rate_percentage: pl.col('is_percentage'),
    year_month_missing: pl.col('is_month_missing'),
    provider_id_missing: pl.col('is_id_missing'),
  };
  const rows = pl.col(copies);
  const byReason = Object.entries(conditions).map(([reason, holds]) =>
    rows.filter(holds).sum().alias(reason),
  );
  return [rows.sum().alias('accepted'), ...byReason];
}

async function sumOver(facts: DataFrame, counts: readonly Expr[]): Promise<Record<string, number>> {
  const [sums = {}] = (
    await facts
      .lazy()
      .select(...counts)
      .collect(separately)
  ).toRecords();
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Number(sum ?? 0)]));
}
