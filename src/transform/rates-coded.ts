import type { DataFrame, Expr, LazyDataFrame } from 'nodejs-polars';
import { pl } from '../polars.js';
import type { Layout } from '../sources/sources.js';
import { joinOn } from './dimension.js';
import { isKeptRate, rateValue, unusualRates } from './rate.js';
import { type CodedReading, codeSum, contextSum, rateColumn, serviceColumn } from './rates-coding.js';
import type { Repeats } from './repeats.js';
import { separately } from './separately.js';
import { storedAs } from './shape.js';

/** Sums of the codes of columns that do not vary, as decimal text: they may be beyond what a JavaScript number holds. */
export interface ConstantCodes {
  readonly context: string;
  readonly code: string;
  readonly service: string;
  readonly provider: string;
}

/** A chunk of rates as facts under the codes of their texts; distinct ones, where repeats were sought. */
export interface CodedRates {
  /** `context_code`, `code_code`, `provider_code`, `service_code`, `negotiated_rate`, `distinct_set`. */
  readonly fact: DataFrame;
  /** The service codes that the facts have, as decimal text. */
  readonly services: readonly string[];
  /** How many rows each context has, by its code as decimal text. */
  readonly contexts: ReadonlyMap<string, number>;
  /** How many rows have an unusual rate, by reason. */
  readonly warnings: Readonly<Record<string, number>>;
}

export interface CodedRatesTransform {
  /** Adds up codes while they are read: gives the columns of the facts, what tells rows apart, and lists of codes as they are. */
  collect(scan: LazyDataFrame): Promise<DataFrame>;
  /**
   * Reduces rows to distinct facts; null where a rate cannot be kept or an id is no code, so that rows have to be
   * looked at.
   */
  reduce(frame: DataFrame): Promise<CodedRates | null>;
  /** What is in the lists of some service codes: codes with commas between them, by the sum of them. */
  listsOf(frame: DataFrame, services: readonly string[]): Promise<Map<string, string>>;
}

const references = ['context_code', 'code_code', 'provider_code', 'service_code'] as const;
type Reference = (typeof references)[number];

const identity = 'identity';

const distinctSet = 'distinct_set';

export interface CodedRatesOptions {
  readonly constants: ConstantCodes;
  readonly repeats: Repeats;
  /** Gives numbers at random, for hashes to begin with. */
  readonly seed: () => number;
}

/** Makes the transform of all chunks that are read alike. */
export function compileCodedRates(
  layout: Layout,
  { columns, idColumn, needed }: CodedReading,
  { constants, repeats, seed }: CodedRatesOptions,
): CodedRatesTransform {
  const isRead = (column: string) => columns.includes(column);
  const sumOf = (names: readonly string[], constant: string) =>
    sumOfCodes(names.filter(isRead), needed, constant);
  const hasLists = isRead(serviceColumn) && layout.get(serviceColumn)?.kind === 'list';
  const codes: Record<Reference, Expr | null> = {
    context_code: sumOf(contextSum, constants.context),
    code_code: sumOf(codeSum, constants.code),
    provider_code: sumOf([idColumn], constants.provider),
    service_code: hasLists ? sumOfList() : sumOf([serviceColumn], constants.service),
  };
  const varying = references.flatMap((name) => codes[name]?.alias(name) ?? []);
  const select = [...varying, pl.col(rateColumn), ...(hasLists ? [pl.col(serviceColumn)] : [])];
  const identities = [identityOf([...references.filter((name) => codes[name]), rateColumn], seed)];
  const isFirst = pl.col(identity).isFirstDistinct();
  const rate = rateValue(pl.col(rateColumn), storedAs({ layout, constants: new Map() }, rateColumn));
  const facts = [
    // ids come in several widths, which files of one relation must not; null beyond the widest
    ...references.map((name) =>
      codes[name] ? pl.col(name).cast(pl.Int64, false) : literal(constants[constantOf[name]]).alias(name),
    ),
    rate.alias(rateColumn),
  ];
  const oneSet = pl.lit(0).cast(pl.Int32).alias(distinctSet);
  const ownSet = pl.col(distinctSet).cast(pl.Int32);
  const checks = checkExpressions();
  const countCodes = pl.col('code_code').nUnique().alias('codes');
  const unusual = unusualExpressions(rate);
  const contexts = codes.context_code ? contextExpressions() : null;
  const lists = listExpressions();
  return {
    collect(scan) {
      const read = scan.select(...select);
      return (repeats.areSought() ? read.withColumns(...identities) : read).collect(separately);
    },
    async reduce(frame) {
      const isCompared = frame.columns.includes(identity);
      const chosen = isCompared
        ? frame
            .lazy()
            .filter(isFirst)
            .select(...facts, oneSet)
        : frame
            .lazy()
            .withRowIndex(distinctSet)
            .select(...facts, ownSet);
      const fact = await chosen.collect(separately);
      const [{ rejected, unusual: isUnusual, services, codes: found } = {}] = await recordsOf(
        fact.lazy().select(...checks, ...(isCompared ? [countCodes] : [])),
      );
      if (rejected !== 0) return null;
      if (isCompared) repeats.learn({ rows: frame.height, facts: fact.height, codes: Number(found) });
      const [warnings = {}] = isUnusual ? await recordsOf(frame.lazy().select(...unusual)) : [];
      const counted =
        contexts &&
        (await recordsOf(
          frame
            .lazy()
            .groupBy(contexts.key)
            .agg(...contexts.count),
        ));
      return {
        fact,
        contexts: new Map(
          counted?.map(({ context, rows }) => [String(context), Number(rows)]) ?? [
            [constants.context, frame.height],
          ],
        ),
        services: Array.isArray(services) ? services.map(String) : [],
        warnings: Object.fromEntries(Object.entries(warnings).map(([name, rows]) => [name, Number(rows)])),
      };
    },
    async listsOf(frame, services) {
      if (!hasLists) return new Map();
      const wanted = pl.DataFrame({ service_code: seriesOf('service_code', services) });
      const found = await joinOn(frame.lazy(), wanted, lists.key)
        .unique({ subset: ['service_code'], keep: 'any', maintainOrder: false })
        .select(...lists.texts)
        .collect(separately);
      return new Map(found.toRecords().map(({ service, codes }) => [String(service), String(codes ?? '')]));
    },
  };
}

/** Facts of several chunks as one frame, in which each distinct set has a number of its own. */
export function joinChunks(facts: readonly DataFrame[]): LazyDataFrame {
  let rowsBefore = 0;
  const numbered = facts.map((frame) => {
    const by = rowsBefore;
    rowsBefore += frame.height;
    const number = pl.col(distinctSet).add(pl.lit(by).cast(pl.Int32));
    return by === 0 ? frame.lazy() : frame.lazy().withColumns(number.alias(distinctSet));
  });
  return pl.concat(numbered);
}

/** A series of codes, which are decimal texts outside of frames. */
export function seriesOf(name: string, codes: readonly string[]) {
  return pl.Series(name, [...codes], pl.Utf8).cast(pl.Int64);
}

const constantOf: Readonly<Record<Reference, keyof ConstantCodes>> = {
  context_code: 'context',
  code_code: 'code',
  provider_code: 'provider',
  service_code: 'service',
};

const literal = (code: string): Expr => pl.lit(code).cast(pl.Int64);

/** Null has the code zero, but where a value is needed. Null in the place of an expression where no column varies. */
function sumOfCodes(columns: readonly string[], needed: readonly string[], constant: string): Expr | null {
  const [first, ...others] = columns.map((column) =>
    needed.includes(column) ? pl.col(column) : pl.col(column).fillNull('zero'),
  );
  if (!first) return null;
  const sum = others.reduce((one, other) => one.add(other), first);
  return constant === '0' ? sum : sum.add(literal(constant));
}

/** A sum has no order in it, as a set has none. */
function sumOfList(): Expr {
  return pl.col(serviceColumn).lst.sum().fillNull('zero');
}

/** How many facts cannot be kept, whether one has an unusual rate, and which service codes there are. */
function checkExpressions(): Expr[] {
  const rate = pl.col(rateColumn);
  const [first, ...others] = Object.values(unusualRates).map((holds) => holds(rate));
  return [
    ['context_code', 'code_code', 'provider_code']
      .reduce((any, name) => any.or(pl.col(name).isNull()), isKeptRate(rate).not())
      .sum()
      .alias('rejected'),
    ...(first
      ? [
          others
            .reduce((one, other) => one.or(other), first)
            .sum()
            .alias('unusual'),
        ]
      : []),
    pl.col('service_code').unique().cast(pl.Utf8).implode().alias('services'),
  ];
}

/** How many rows have an unusual rate, by reason. */
function unusualExpressions(rate: Expr): Expr[] {
  return Object.entries(unusualRates).map(([reason, holds]) => holds(rate).sum().alias(reason));
}

/** How many rows each context has. */
function contextExpressions() {
  return {
    key: [pl.col('context_code')],
    count: [pl.len().alias('rows'), pl.col('context_code').first().cast(pl.Utf8).alias('context')],
  };
}

/**
 * A number of 64 bits that tells rows apart: the sum of a hash of each column. Of 200,000 rows two that differ
 * have the same one with a chance of some 1 in 10^9; to compare the columns themselves takes five times as long.
 */
function identityOf(columns: readonly string[], seed: () => number): Expr {
  const [first, ...others] = columns.map((column) =>
    pl.col(column).hash(seed(), seed(), seed(), seed()).reinterpret(true),
  );
  if (!first) throw new RangeError('rows without columns');
  return others.reduce((one, other) => one.add(other), first).alias(identity);
}

function recordsOf(frame: LazyDataFrame) {
  return frame.collect(separately).then((collected) => collected.toRecords());
}

function listExpressions() {
  const codes = pl.col(serviceColumn).cast(pl.List(pl.Utf8));
  return {
    key: [pl.col('service_code')],
    texts: [
      pl.col('service_code').cast(pl.Utf8).alias('service'),
      codes.lst.join({ separator: ',', ignoreNulls: true }).alias('codes'),
    ],
  };
}
