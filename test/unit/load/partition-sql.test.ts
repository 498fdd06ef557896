import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as sql from '../../../src/load/partition-sql.js';
import { type Partition, partColumns, partitionFolder } from '../../../src/tables/partitions.js';
import { tableNamed } from '../../../src/tables/tables.js';
import type { OutputRow } from '../../model/tables.js';
import { withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';
import { queryRows } from '../../support/partitioned.js';
import { factsOf, writePart } from '../../support/small-dataset.js';
import { makeFact } from '../../support/sound-outputs.js';
import { selectRows, writeQueries } from '../../support/write-outputs.js';

const numbered: Partition = { state: 'GA', payer_slug: '007', year_month: '2025-08' };
const monthless: Partition = { state: 'NY', payer_slug: 'acme', year_month: null };

const allColumns = tableNamed('fact_rate').columns.map(({ name }) => name);
const codesOf = (rows: readonly OutputRow[]) => rows.map(({ code }) => code).sort();
const told = (rows: readonly Record<string, unknown>[]) =>
  rows
    .map(({ code, state, payer_slug, year_month }) => [code, state, payer_slug, year_month])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));

/** Two partitions in a folder whose name holds all that SQL and patterns take for something else. */
const withDataset = (work: (dataset: string, parts: readonly [string, string, string]) => Promise<void>) =>
  withFolder(async (folder) => {
    const dataset = join(folder, `it's [a] *?"{x}`, 'fact_rate');
    const inPartition = (partition: Partition, name: string) =>
      join(dataset, partitionFolder(partition), name);
    const parts = [
      inPartition(numbered, 'part-[1]*.parquet'),
      inPartition(numbered, "part-'2'.parquet"),
      inPartition(monthless, 'part-3.parquet'),
    ] as const;
    await writePart(parts[0], factsOf(['a', 'b'], { ...numbered }));
    await writePart(parts[1], factsOf(['c'], { ...numbered }));
    await writePart(parts[2], factsOf(['d'], { ...monthless }));
    await work(dataset, parts);
  });

const ofNumbered = ['a', 'b', 'c'].map((code) => [code, 'GA', '007', '2025-08']);
const ofMonthless = [['d', 'NY', 'acme', null]];

describe('the text of statements', () => {
  it('puts paths and values in as they are, though they look like SQL or patterns', () => {
    const text = sql.rowsOfPartition({ ...monthless, payer_slug: "o'a" }, ["/it's/[a]*.parquet"]);
    expect(text).toContain(`FROM read_parquet(['/it''s/[[]a][*].parquet'], hive_partitioning = false)`);
    expect(text).toContain(`'NY' AS "state", NULL::VARCHAR AS "year_month", 'o''a' AS "payer_slug"`);
    expect(sql.partsOf("/it's/[a]*")).toBe(`'/it''s/[[]a][*]/*/*/*/*.parquet'`);
    expect(sql.datasetRows('/a')).toBe(
      "read_parquet('/a/*/*/*/*.parquet', hive_partitioning = true, hive_types = {'state': VARCHAR, 'payer_slug': VARCHAR, 'year_month': VARCHAR})",
    );
  });

  it('finds a blank month, and cuts into shares where there are several', () => {
    const whole = sql.selectPartition('/a.parquet', monthless);
    expect(whole).toMatch(
      / WHERE "state" IS NOT DISTINCT FROM 'NY' AND "payer_slug" IS NOT DISTINCT FROM 'acme' AND "year_month" IS NOT DISTINCT FROM NULL::VARCHAR$/,
    );
    expect(sql.selectShare('/a.parquet', monthless, { number: 0, of: 1 })).toBe(whole);
    expect(sql.selectShare('/a.parquet', monthless, { number: 1, of: 3 })).toBe(
      `${whole} AND hash(fact_uid) % 3 = 1`,
    );
  });
});

describe('what statements give', () => {
  it('is a whole fact of each row of a part', async () => {
    await withDataset(async (_, [one, other, third]) => {
      const rows = await queryRows(sql.rowsOfPartition(numbered, [one, other]));
      expect(Object.keys(rows[0] ?? {})).toEqual(allColumns);
      expect(told(rows)).toEqual(ofNumbered);
      expect(told(await queryRows(sql.rowsOfPartition(monthless, [third])))).toEqual(ofMonthless);
      const parts = await queryRows(sql.selectPart([one, other]));
      expect(Object.keys(parts[0] ?? {})).toEqual(partColumns.map(({ name }) => name));
      expect(parts).toHaveLength(3);
    });
  });

  it('is every fact of a dataset, a payer that is a number among them', async () => {
    await withDataset(async (dataset, parts) => {
      const expected = [...ofNumbered, ...ofMonthless];
      for (const from of [sql.datasetRows(dataset), sql.rowsOfParts(parts)])
        expect(told(await queryRows(sql.selectFacts(from)))).toEqual(expected);
      expect(await queryRows(sql.countParts(dataset))).toEqual([{ parts: 3n }]);
      expect(await queryRows(sql.countParts(join(dataset, 'nowhere')))).toEqual([{ parts: 0n }]);
      expect(await queryRows(sql.slicesOf(sql.datasetRows(dataset)))).toEqual([
        { ...numbered, rows: 3n },
        { ...monthless, rows: 1n },
      ]);
      const described = await queryRows(sql.describeDataset(dataset));
      expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual(
        tableNamed('fact_rate').columns.map(({ name, type }) => [name, type]),
      );
    });
  });

  it('is nothing where there are no parts', async () => {
    expect(await queryRows(sql.selectFacts(sql.rowsOfParts([])))).toEqual([]);
    await withDatabase(async (connection) => {
      await connection.run(sql.viewExistingParts([{ partition: numbered, parts: [] }]));
      const found = await connection.runAndReadAll('FROM existing_fact_rate');
      expect([found.columnNames(), found.getRowObjects()]).toEqual([allColumns, []]);
    });
  });

  it('is a view of the facts of some partitions, or of all', async () => {
    await withDataset(async (dataset, [one, other, third]) => {
      const viewed = (statement: string) =>
        withDatabase(async (connection) => {
          await connection.run(statement);
          return (await connection.runAndReadAll('FROM existing_fact_rate')).getRowObjects();
        });
      const some = sql.viewExistingParts([
        { partition: numbered, parts: [one, other] },
        { partition: { ...numbered, year_month: '2025-09' }, parts: [] },
        { partition: monthless, parts: [third] },
      ]);
      expect(told(await viewed(some))).toEqual([...ofNumbered, ...ofMonthless]);
      expect(told(await viewed(sql.viewDataset(dataset)))).toEqual([...ofNumbered, ...ofMonthless]);
    });
  });
});

describe('facts in one file', () => {
  const codes = Array.from({ length: 40 }, (_, number) => `c${number}`);

  it('are each in the share of one partition', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "it's [all]*.parquet");
      const facts = [
        ...factsOf(codes, { ...numbered }),
        ...factsOf(['x'], { ...monthless }),
        ...factsOf(['y'], { ...numbered, payer_slug: '7' }),
      ];
      await writeQueries({ [path]: selectRows('fact_rate', facts) });
      const select = async (query: string) =>
        codesOf((await queryRows(query)).map(({ code }) => ({ code: String(code) })));
      expect(await select(sql.selectPartition(path, numbered))).toEqual(codes.toSorted());
      expect(await select(sql.selectPartition(path, monthless))).toEqual(['x']);
      const shares = [];
      for (const number of [0, 1, 2])
        shares.push(await select(sql.selectShare(path, numbered, { number, of: 3 })));
      expect(shares.every((share) => share.length > 0)).toBe(true);
      expect(shares.flat().sort()).toEqual(codes.toSorted());
    });
  });
});

describe('the digest of rows', () => {
  const digest = (facts: readonly OutputRow[]) =>
    queryRows(sql.digestRows(`(${selectRows('fact_rate', facts)})`)).then(([row]) => row);
  const [a, b] = [makeFact({ code: 'a' }), makeFact({ code: 'b' })];

  it('does not depend on their order, and on all else', async () => {
    const both = await digest([a, b]);
    expect(both).toMatchObject({ rows: 2n, digest: expect.stringMatching(/^\d+$/) });
    expect(await digest([b, a])).toEqual(both);
    const others = [
      [a],
      [a, a],
      [a, { ...b, negotiated_rate: 95.4 }],
      [a, { ...b, expiration_date: null }],
      [a, { ...b, year_month: null }],
      [a, { ...b, state: 'FL' }],
    ];
    for (const other of others) expect(await digest(other)).not.toEqual(both);
    expect(await digest([])).toEqual({ rows: 0n, digest: null });
  });
});
