import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/sources/sources.js';
import { type ConstantCodes, compileCodedRates, joinChunks } from '../../../src/transform/rates-coded.js';
import type { CodedReading } from '../../../src/transform/rates-coding.js';
import { Repeats } from '../../../src/transform/repeats.js';

const noConstants: ConstantCodes = { context: '0', code: '0', service: '0', provider: '0' };

/** The greatest and the smallest number of 64 bits. */
const most = '9223372036854775807';
const least = '-9223372036854775808';

const numbers = (name: string, values: readonly (string | null)[]) =>
  pl.Series(name, [...values], pl.Utf8).cast(pl.Int64);

/** Lists of numbers, from texts with commas between them. */
function lists(name: string, values: readonly (string | null)[]) {
  const elements = pl.col(name).str.split(',').cast(pl.List(pl.Int64));
  return pl
    .DataFrame([pl.Series(name, [...values], pl.Utf8)])
    .select(
      pl
        .when(pl.col(name).eq(pl.lit('')))
        .then(elements.lst.head(0))
        .otherwise(elements)
        .alias(name),
    )
    .getColumn(name);
}

const layout: Layout = new Map([
  ['version', { kind: 'text' }],
  ['billing_class', { kind: 'text' }],
  ['billing_code', { kind: 'text' }],
  ['provider_reference_id', { kind: 'integer' }],
  ['negotiated_rate', { kind: 'float' }],
  ['service_codes', { kind: 'list' }],
]);

function reading(frame: DataFrame): CodedReading {
  return { columns: frame.columns, coded: [], idColumn: 'provider_reference_id', needed: ['billing_code'] };
}

/** Reads a frame of codes and reduces it. */
async function reduce(
  frame: DataFrame,
  constants = noConstants,
  layoutOf = layout,
  repeats = new Repeats(() => 1),
) {
  const transform = compileCodedRates(layoutOf, reading(frame), { constants, repeats, seed: () => 7 });
  const collected = await transform.collect(frame.lazy());
  return { transform, collected, reduced: await transform.reduce(collected) };
}

function linesOf(fact: DataFrame | undefined): string[] {
  const columns = ['context_code', 'code_code', 'provider_code', 'service_code', 'negotiated_rate'];
  const texts = fact?.select(...columns.map((name) => pl.col(name).cast(pl.Utf8)));
  return (texts?.toRecords() ?? []).map((row) => columns.map((name) => row[name]).join(' ')).toSorted();
}

const plain = (changes: Readonly<Record<string, readonly (string | null)[]>> = {}, rates = [80, 80, 90]) =>
  pl.DataFrame([
    ...Object.entries({
      version: ['1', '1', '1'],
      billing_class: ['512', '512', '512'],
      billing_code: ['64', '64', '64'],
      provider_reference_id: ['7', '7', '7'],
      ...changes,
    }).map(([name, values]) => numbers(name, values)),
    pl.Series('negotiated_rate', rates, pl.Float64),
  ]);

describe('compileCodedRates', () => {
  it('adds up codes and keeps each fact once', async () => {
    const { reduced } = await reduce(plain());
    expect(linesOf(reduced?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 0 90.0']);
    expect(reduced?.services).toEqual(['0']);
  });

  it('tells facts apart that differ in one column', async () => {
    const base = ['1', '512', '64', '7'];
    const names = ['version', 'billing_class', 'billing_code', 'provider_reference_id'];
    const other = (column: number) => base.map((code, index) => (index === column ? '4096' : code));
    const rows = [base, ...base.map((_, column) => other(column)), base];
    const changes = Object.fromEntries(
      names.map((name, column) => [name, rows.map((row) => row[column] ?? null)]),
    );
    const { reduced } = await reduce(plain(changes, [80, 80, 80, 80, 80, 80.0001]));
    expect(reduced?.fact.height).toBe(rows.length);
  });

  it('leaves a chunk alone that has a null where none may be', async () => {
    expect((await reduce(plain({ billing_code: ['64', null, '64'] }))).reduced).toBeNull();
    expect((await reduce(plain({ version: ['1', null, '1'] }))).reduced).not.toBeNull();
  });

  it('counts the rows of each context', async () => {
    const { reduced } = await reduce(plain({ version: [most, '1', '1'], billing_class: [null, null, null] }));
    expect(reduced?.contexts).toEqual(
      new Map([
        [most, 1],
        ['1', 2],
      ]),
    );
    const rates = pl.DataFrame([pl.Series('negotiated_rate', [1, 1, 2], pl.Float64)]);
    const { reduced: alone } = await reduce(rates, { ...noConstants, context: most });
    expect(alone?.contexts).toEqual(new Map([[most, 3]]));
  });

  it('takes null for zero', async () => {
    const { reduced } = await reduce(
      plain({ version: [null, '1', null], billing_class: [null, null, '512'] }),
    );
    expect(linesOf(reduced?.fact)).toEqual(['0 64 7 0 80.0', '1 64 7 0 80.0', '512 64 7 0 90.0']);
  });

  it('adds the codes of what does not vary, also where nothing else does', async () => {
    const constants = { context: '4294967296', code: '1', service: '3', provider: '9' };
    const { reduced } = await reduce(plain(), constants);
    expect(linesOf(reduced?.fact)).toEqual(['4294967809 65 16 3 80.0', '4294967809 65 16 3 90.0']);
    const rates = pl.DataFrame([pl.Series('negotiated_rate', [1, 1], pl.Float64)]);
    const { reduced: alone } = await reduce(rates, { ...constants, context: most });
    expect(linesOf(alone?.fact)).toEqual([`${most} 1 9 3 1.0`]);
    expect(alone?.services).toEqual(['3']);
  });

  it('keeps sums of 63 bits to the bit', async () => {
    const high = String(2n ** 62n);
    const { reduced } = await reduce(plain({ version: [high, '1', '1'], billing_class: ['3', '2', '2'] }));
    expect(linesOf(reduced?.fact)[2]).toBe('4611686018427387907 64 7 0 80.0');
  });

  it('stages ids of any width as 64 bits, and leaves a chunk with a wider one alone', async () => {
    for (const type of [pl.Int32, pl.UInt64, pl.Int8]) {
      const { reduced } = await reduce(plain().withColumn(pl.col('provider_reference_id').cast(type)));
      expect(reduced?.fact.getColumn('provider_code').dtype).toEqual(pl.Int64);
      expect(linesOf(reduced?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 0 90.0']);
    }
    const wide = pl
      .Series('provider_reference_id', [most, '18446744073709551615', '7'], pl.Utf8)
      .cast(pl.UInt64);
    const frame = plain().drop('provider_reference_id').withColumn(wide);
    expect((await reduce(frame)).reduced).toBeNull();
  });

  it('takes minus zero for zero, in one fact', async () => {
    const { reduced } = await reduce(plain({}, [0, -0, 0]));
    expect(linesOf(reduced?.fact)).toEqual(['513 64 7 0 0.0']);
    expect(reduced?.warnings).toMatchObject({ rate_zero: 3, rate_negative: 0 });
  });

  it('counts rows with an unusual rate, not facts', async () => {
    const { reduced } = await reduce(plain({}, [-1, -1, 2e6]));
    expect(reduced?.warnings).toEqual({ rate_zero: 0, rate_negative: 2, rate_huge: 1 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e15, -1e15, 1e300])(
    'leaves a chunk with the rate %d alone',
    async (rate) => {
      expect((await reduce(plain({}, [80, rate, 90]))).reduced).toBeNull();
    },
  );

  it('reads rates that are whole numbers', async () => {
    const frame = plain().withColumn(pl.col('negotiated_rate').cast(pl.Int64));
    const whole = new Map([...layout, ['negotiated_rate', { kind: 'integer' }]] as const);
    const { reduced } = await reduce(frame, noConstants, whole);
    expect(linesOf(reduced?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 0 90.0']);
  });
});

describe('distinct sets', () => {
  const setsOf = (fact: DataFrame | undefined) => fact?.getColumn('distinct_set').toArray();

  it('have one number where rows were compared, and one for each row where they were not', async () => {
    const repeats = new Repeats(() => 1);
    const { reduced: compared } = await reduce(plain(), noConstants, layout, repeats);
    expect(setsOf(compared?.fact)).toEqual([0, 0]);
    repeats.learn({ rows: 3, facts: 3, codes: 1 });
    const { reduced: others } = await reduce(plain(), noConstants, layout, repeats);
    expect(linesOf(others?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 0 80.0', '513 64 7 0 90.0']);
    expect(setsOf(others?.fact)).toEqual([0, 1, 2]);
    const joined = await joinChunks(
      [compared, others, compared, others].flatMap((one) => one?.fact ?? []),
    ).collect();
    expect(setsOf(joined)).toEqual([0, 0, 2, 3, 4, 5, 5, 7, 8, 9]);
  });
});

describe('service codes that are lists', () => {
  const withLists = (values: readonly (string | null)[]) =>
    plain(
      {},
      values.map(() => 80),
    )
      .head(values.length)
      .withColumn(lists('service_codes', values));

  it('become their sum, in any order, and nothing is zero', async () => {
    const { reduced } = await reduce(withLists(['5,7', '7,5', null]));
    expect(linesOf(reduced?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 12 80.0']);
    expect(reduced?.services.toSorted()).toEqual(['0', '12']);
    const { reduced: empty } = await reduce(withLists(['', null, '5']));
    expect(linesOf(empty?.fact)).toEqual(['513 64 7 0 80.0', '513 64 7 5 80.0']);
  });

  it('become a sum that wraps around', async () => {
    const wrapped = String(BigInt.asIntN(64, 2n * BigInt(most) + 5n));
    const { reduced } = await reduce(withLists([`${most},${most},5`, `${least},${least}`, `${most},1`]));
    expect(reduced?.services.toSorted()).toEqual(['0', wrapped, least].toSorted());
  });

  it('are found again by their sum', async () => {
    const values = [`${most},${most},5`, '', '7,9'];
    const { transform, collected, reduced } = await reduce(withLists(values));
    const found = await transform.listsOf(collected, reduced?.services ?? []);
    expect(new Set(found.values())).toEqual(new Set(values));
    expect(found.get('16')).toBe('7,9');
    expect(await transform.listsOf(collected, ['16'])).toEqual(new Map([['16', '7,9']]));
  });

  it('are not looked for where they are not lists', async () => {
    const { transform, collected } = await reduce(plain());
    expect(await transform.listsOf(collected, ['0'])).toEqual(new Map());
  });
});
