import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import * as sql from '../../../src/load/sql.js';
import { withFolder } from '../../support/load-pair.js';

const rules: sql.MergeRules = {
  state: 'GA',
  emptyPosSet: '',
  providerGroupScope: 'payer',
  dimensionConflict: 'fill',
  mode: 'upsert',
};

const whole = { number: 0, of: 1 };

/** A fact by the numbers of its context, billing code, provider and set of service codes, and its rate. */
type Fact = readonly [context: number, code: number, provider: number, pos: number, rate: number];

interface Facts {
  /** Facts under surrogate keys. */
  readonly keyed?: readonly Fact[];
  /** Facts under codes, by chunk. */
  readonly coded?: readonly (readonly Fact[])[];
  /** Dimension rows that a code stands for, where that is not the row of its own number. */
  readonly refs?: Readonly<
    Partial<Record<'context' | 'code' | 'provider' | 'service', ReadonlyMap<number, number>>>
  >;
}

const values = (rows: readonly (readonly number[])[]) => rows.map((row) => `(${row.join(', ')})`).join(', ');

/** Rows as they are, of the types of the columns. */
function table(name: string, columns: readonly string[], rows: readonly (readonly number[])[]): string[] {
  const typed = columns.map((column) => `${column} ${column === 'negotiated_rate' ? 'DOUBLE' : 'BIGINT'}`);
  const create = `CREATE TABLE ${name} (${typed.join(', ')})`;
  return rows.length === 0 ? [create] : [create, `INSERT INTO ${name} VALUES ${values(rows)}`];
}

const numbersAt = (facts: readonly Fact[], column: 0 | 1 | 2 | 3) => [
  ...new Set(facts.map((fact) => fact[column])),
];

/** The surrogate key of a dimension row is a hundred more than its number. */
const keyOf = (number: number) => number + 100;

/** Staged facts, and the ways from their keys and codes to dimension rows. */
function stage({ keyed = [], coded = [], refs = {} }: Facts): string[] {
  const all = coded.flat();
  const names = ['context', 'code', 'provider', 'pos_set'] as const;
  const codes = ['context', 'code', 'provider', 'service'] as const;
  const ways = ([0, 1, 2, 3] as const).flatMap((column) => {
    const [name, code] = [names[column], codes[column]];
    const refOf = (number: number) => refs[code]?.get(number) ?? number;
    return [
      ...table(
        `${name}_ref`,
        ['id', 'ref'],
        numbersAt(keyed, column).map((number) => [keyOf(number), number]),
      ),
      ...table(
        `${code}_code`,
        ['code', 'ref'],
        numbersAt(all, column).map((number) => [number, refOf(number)]),
      ),
    ];
  });
  return [
    ...table(
      'staged_fact',
      ['context_id', 'code_id', 'provider_id', 'pos_id', 'negotiated_rate'],
      keyed.map(([context, code, provider, pos, rate]) => [
        ...[context, code, provider, pos].map(keyOf),
        rate,
      ]),
    ),
    ...table(
      'staged_coded_fact',
      [
        'context_code',
        'code_code',
        'provider_code',
        'service_code',
        'negotiated_rate',
        'file_index',
        'distinct_set',
      ],
      // two chunks to a file
      coded.flatMap((facts, chunk) => facts.map((fact) => [...fact, Math.floor(chunk / 2), chunk % 2])),
    ),
    ...ways,
    `CREATE TABLE code AS SELECT range AS ref, 'CPT' AS code_type, range::VARCHAR AS code FROM range(20)`,
    `CREATE TABLE context AS SELECT range AS ref, 'p' || range AS payer_slug, 'v' AS version, '2025-0' || range AS year_month FROM range(10)`,
    `CREATE TABLE provider AS SELECT range AS ref, 'g' || range AS provider_group_id_raw FROM range(20)`,
  ];
}

async function withFacts<T>(facts: Facts, work: (database: Database) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    using database = await Database.open({
      memoryMb: 256,
      threads: 1,
      temporaryFolder: join(folder, 'spill'),
    });
    await database.run(...stage(facts), ...sql.summariseCodedFacts, sql.findSharedCodes());
    return await work(database);
  });
}

const sharedIn = (facts: Facts) =>
  withFacts(facts, async (database) => {
    const rows = await database.rows('SELECT ref, facts FROM shared_code ORDER BY ref');
    const { staged, shared } = await database.numbers(sql.countFacts);
    const found = rows.map(({ ref, facts: count }) => [Number(ref), Number(count)]);
    expect(shared).toBe(found.reduce((sum, [, count = 0]) => sum + count, 0));
    return { staged, shared: found };
  });

async function tuplesIn(
  database: Database,
  bucket: sql.Bucket,
  weights: sql.DimensionWeights | null,
): Promise<string[]> {
  await database.run(sql.viewTuples(bucket, weights));
  const rows = await database.rows('SELECT context, code, provider, pos_set, negotiated_rate FROM tuple');
  return rows.map((row) => Object.values(row).map(Number).join(' '));
}

describe('findSharedCodes', () => {
  it('says that several codes for one row make all shared', () => {
    for (const way of ['context_code', 'code_code', 'provider_code', 'service_code'])
      expect(sql.findSharedCodes()).toContain(`(SELECT count(*) = count(DISTINCT ref) FROM ${way})`);
  });

  it('finds billing codes that several chunks have, or that have facts under keys', async () => {
    const coded: readonly (readonly Fact[])[] = [
      [
        [1, 1, 1, 1, 5],
        [1, 1, 1, 1, 6],
        [1, 2, 1, 1, 5],
        [1, 3, 1, 1, 5],
      ],
      [
        [1, 2, 1, 1, 5],
        [1, 2, 2, 1, 5],
        [1, 5, 1, 1, 5],
      ],
    ];
    const keyed: readonly Fact[] = [
      [1, 3, 1, 1, 5],
      [1, 4, 1, 1, 5],
    ];
    expect(await sharedIn({ coded, keyed })).toEqual({
      staged: 9,
      shared: [
        [2, 3],
        [3, 2],
        [4, 1],
      ],
    });
  });

  it.each(['context', 'code', 'provider', 'service'] as const)(
    'takes all for shared where two codes stand for one %s',
    async (way) => {
      const coded: readonly (readonly Fact[])[] = [
        [
          [1, 1, 1, 1, 5],
          [2, 2, 2, 2, 5],
          [3, 3, 3, 3, 5],
        ],
      ];
      expect((await sharedIn({ coded })).shared).toEqual([]);
      const { shared } = await sharedIn({ coded, refs: { [way]: new Map([[2, 1]]) } });
      expect(shared).toEqual(
        way === 'code'
          ? [
              [1, 2],
              [3, 1],
            ]
          : [
              [1, 1],
              [2, 1],
              [3, 1],
            ],
      );
    },
  );

  it('finds none among no facts', async () => {
    expect(await sharedIn({})).toEqual({ staged: 0, shared: [] });
  });
});

const few = fc.integer({ min: 1, max: 3 });
const fact = fc.tuple(few, fc.integer({ min: 1, max: 6 }), few, few, fc.constantFrom(1, 1.5));

const arbitraryFacts: fc.Arbitrary<Facts> = fc.record({
  keyed: fc.array(fact, { maxLength: 10 }),
  // a chunk stages distinct facts
  coded: fc.array(fc.uniqueArray(fact, { maxLength: 15, selector: String }), { maxLength: 4 }),
  refs: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ context: new Map([[2, 1]]), service: new Map([[3, 2]]) }) },
    { weight: 1, arbitrary: fc.constant({ code: new Map([[5, 1]]) }) },
  ),
});

/** What the facts come to: each tuple of dimension rows and rate once. */
function distinctTuples({ keyed = [], coded = [], refs = {} }: Facts): string[] {
  const ways = ['context', 'code', 'provider', 'service'] as const;
  const resolved = coded
    .flat()
    .map(([context, code, provider, pos, rate]) => [
      ...[context, code, provider, pos].map(
        (number, column) => refs[ways[column] ?? 'code']?.get(number) ?? number,
      ),
      rate,
    ]);
  return [...new Set([...keyed, ...resolved].map((tuple) => tuple.join(' ')))].toSorted();
}

describe('viewTuples', () => {
  it('compares the facts of shared codes alone, and asks for a bucket where there are several', () => {
    const [alone = '', shared = ''] = sql.viewTuples(whole).split('SELECT DISTINCT');
    expect(alone).toContain('ref NOT IN (SELECT ref FROM shared_code))');
    expect(shared.match(/ref IN \(SELECT ref FROM shared_code\)\)/g)).toHaveLength(2);
    expect(sql.viewTuples(whole)).not.toContain('hash');
    const bucket = 'ref IN (SELECT ref FROM code WHERE hash(code_type, code) % 3 = 2)';
    expect(sql.viewTuples({ number: 2, of: 3 }).split(bucket)).toHaveLength(4);
  });

  it.each([null, sql.weigh([4n, 7n, 4n, 4n]), sql.weigh([2n ** 20n, 2n ** 20n, 2n ** 20n, 7n])])(
    'gives each fact once, whatever is shared, in one bucket and in several, weighed as %o',
    (weights) =>
      fc.assert(
        fc.asyncProperty(arbitraryFacts, fc.integer({ min: 2, max: 4 }), (facts, buckets) =>
          withFacts(facts, async (database) => {
            const expected = distinctTuples(facts);
            expect((await tuplesIn(database, whole, weights)).toSorted()).toEqual(expected);
            const parts: string[] = [];
            for (let number = 0; number < buckets; number += 1)
              parts.push(...(await tuplesIn(database, { number, of: buckets }, weights)));
            expect(parts.toSorted()).toEqual(expected);
          }),
        ),
        { numRuns: 25 },
      ),
  );
});

describe('weigh', () => {
  it('weighs a reference as the digit of a number', () => {
    expect(sql.weigh([2n, 3n, 5n, 7n])?.weights).toEqual([105n, 35n, 7n, 1n]);
  });

  it('gives none where the number of all references needs more than 63 bits', () => {
    expect(sql.weigh([2n ** 21n, 2n ** 21n, 2n ** 21n, 1n])).toBeNull();
    expect(sql.weigh([2n ** 21n - 1n, 2n ** 21n, 2n ** 21n, 1n])).not.toBeNull();
  });
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('mintGroupKeys', () => {
  const keyed: readonly Fact[] = [
    [1, 1, 7, 1, 5],
    [1, 2, 7, 1, 5],
  ];
  const coded: readonly (readonly Fact[])[] = [
    [
      [1, 1, 7, 1, 5],
      [2, 1, 7, 1, 5],
    ],
    [
      [2, 1, 8, 1, 5],
      [3, 1, 7, 1, 9],
    ],
  ];
  const refs = { context: new Map([[3, 2]]) };

  it.each(['payer', 'month'] as const)(
    'gives each pair of context and provider one key, by %s',
    (providerGroupScope) =>
      withFacts({ keyed, coded, refs }, async (database) => {
        await database.run(sql.mintGroupKeys({ ...rules, providerGroupScope }));
        const rows = await database.rows('SELECT context, provider, pg_uid FROM rates_group ORDER BY ALL');
        const month = (context: number) => (providerGroupScope === 'month' ? `2025-0${context}` : '');
        const row = (context: number, provider: number) => [
          ...[context, provider].map(String),
          md5(`p${context}|v|g${provider}|${month(context)}`),
        ];
        expect(rows.map((found) => Object.values(found).map(String))).toEqual([
          row(1, 7),
          row(2, 7),
          row(2, 8),
        ]);
      }),
  );
});
