import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import * as sql from '../../../src/load/dimension-sql.js';
import { copyToParquet, type MergeRules, viewExisting } from '../../../src/load/sql.js';
import { tableNamed } from '../../../src/tables/tables.js';
import { withFolder } from '../../support/load-pair.js';

const fill: MergeRules = {
  state: 'GA',
  emptyPosSet: '',
  providerGroupScope: 'payer',
  dimensionConflict: 'fill',
  mode: 'upsert',
};
const update: MergeRules = { ...fill, dimensionConflict: 'update' };

const tin = tableNamed('xref_pg_tin');

async function withDatabase<T>(work: (database: Database, folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    using database = await Database.open({
      memoryMb: 256,
      threads: 1,
      temporaryFolder: join(folder, 'spill'),
    });
    return await work(database, folder);
  });
}

describe('the statements of a dimension', () => {
  const same = `i."pg_uid" = e."pg_uid" AND i."tin_value" = e."tin_value"`;
  const added = `UNION ALL SELECT "pg_uid", "tin_type", "tin_value" FROM new_xref_pg_tin`;

  it('find what is new, and keep it', () => {
    expect(sql.selectNew(tin)).toBe(
      `SELECT "pg_uid", "tin_type", "tin_value" FROM incoming_xref_pg_tin i ANTI JOIN existing_xref_pg_tin e ON ${same}`,
    );
    expect(sql.viewNew(tin, '/scratch/[new].parquet')).toBe(
      `CREATE TEMP VIEW new_xref_pg_tin AS SELECT "pg_uid", "tin_type", "tin_value" FROM read_parquet(['/scratch/[[]new].parquet'], hive_partitioning = false)`,
    );
    expect(sql.selectExtended(tin)).toBe(
      `SELECT "pg_uid", "tin_type", "tin_value" FROM existing_xref_pg_tin ${added}`,
    );
  });

  it('let what is there win, or what comes in', () => {
    const from = `FROM existing_xref_pg_tin e LEFT JOIN incoming_xref_pg_tin i ON ${same} ${added}`;
    expect(sql.selectFilled(tin, fill)).toBe(
      `SELECT e."pg_uid", coalesce(e."tin_type", i."tin_type") AS "tin_type", e."tin_value" ${from}`,
    );
    expect(sql.selectFilled(tin, update)).toBe(
      `SELECT e."pg_uid", coalesce(i."tin_type", e."tin_type") AS "tin_type", e."tin_value" ${from}`,
    );
  });

  it('count what gets an attribute', () => {
    const from = `FROM existing_xref_pg_tin e JOIN incoming_xref_pg_tin i ON ${same}`;
    expect(sql.countFilled(tin, fill)).toBe(
      `SELECT count(*) AS filled ${from} WHERE (i."tin_type" IS NOT NULL AND e."tin_type" IS NULL)`,
    );
    expect(sql.countFilled(tin, update)).toBe(
      `SELECT count(*) AS filled ${from} WHERE (i."tin_type" IS NOT NULL AND i."tin_type" IS DISTINCT FROM e."tin_type")`,
    );
  });

  it('have rows for no facts', () => {
    expect(() => sql.collectIncoming(tableNamed('fact_rate'))).toThrow(RangeError);
  });
});

describe('a dimension upsert', () => {
  const table = tableNamed('dim_code');

  async function upsert(rules: MergeRules) {
    return withDatabase(async (database, folder) => {
      const added = join(folder, 'new.parquet');
      await database.run(
        `CREATE TABLE existing_dim_code AS SELECT * FROM (VALUES
          ('CPT', '1', 'kept', 'kept'), ('CPT', '2', NULL, 'kept'), ('CPT', '3', 'alone', NULL))
          t(code_type, code, code_description, code_name)`,
        `CREATE TABLE incoming_dim_code AS SELECT * FROM (VALUES
          ('CPT', '1', 'new', NULL), ('CPT', '2', 'filled', 'new'), ('CPT', '4', NULL, 'inserted'))
          t(code_type, code, code_description, code_name)`,
        copyToParquet(sql.selectNew(table), added, 2048),
        sql.viewNew(table, added),
      );
      const counts = await database.numbers(sql.countRows(table));
      const { filled } = await database.numbers(sql.countFilled(table, rules));
      const rowsOf = async (query: string) =>
        (await database.rows(`FROM (${query}) ORDER BY code`)).map((row) => Object.values(row).slice(1));
      const extended = await rowsOf(sql.selectExtended(table));
      return { ...counts, filled, extended, rows: await rowsOf(sql.selectFilled(table, rules)) };
    });
  }

  const counts = { existing: 3, incoming: 3 };
  const extended = [
    ['1', 'kept', 'kept'],
    ['2', null, 'kept'],
    ['3', 'alone', null],
    ['4', null, 'inserted'],
  ];

  it('fills blanks and keeps what is there', async () => {
    expect(await upsert(fill)).toEqual({
      ...{ ...counts, extended, filled: 1 },
      rows: [
        ['1', 'kept', 'kept'],
        ['2', 'filled', 'kept'],
        ['3', 'alone', null],
        ['4', null, 'inserted'],
      ],
    });
  });

  it('lets what comes in win where that is asked for, but for blanks', async () => {
    expect(await upsert(update)).toEqual({
      ...{ ...counts, extended, filled: 2 },
      rows: [
        ['1', 'new', 'kept'],
        ['2', 'filled', 'new'],
        ['3', 'alone', null],
        ['4', null, 'inserted'],
      ],
    });
  });
});

describe('many rows that are there', () => {
  /** The plans of queries over 100,000 rows there and 5,000 that come in, half of them new. */
  async function plansOf(select: string, queries: readonly string[]): Promise<string[]> {
    return withDatabase(async (database, folder) => {
      const path = join(folder, 'existing.parquet');
      const added = join(folder, 'new.parquet');
      const rows = (from: number, to: number) =>
        `SELECT md5(i::VARCHAR) AS pg_uid, ${select} AS tin_type, i::VARCHAR AS tin_value FROM range(${from}, ${to}) t(i)`;
      await database.run(
        copyToParquet(rows(0, 100_000), path, 20_480),
        viewExisting(tin, path),
        `CREATE TEMP TABLE incoming_xref_pg_tin AS ${rows(97_500, 102_500).replace(select, `'npi'`)}`,
        copyToParquet(sql.selectNew(tin), added, 20_480),
        sql.viewNew(tin, added),
        'CREATE TEMP VIEW existing_xref_pg_npi AS SELECT pg_uid, tin_value AS npi FROM existing_xref_pg_tin',
        'CREATE TEMP VIEW new_xref_pg_npi AS SELECT pg_uid, tin_value AS npi FROM new_xref_pg_tin',
      );
      const plans: string[] = [];
      for (const query of queries) {
        const explained = await database.rows(`EXPLAIN (FORMAT JSON) ${query}`);
        plans.push(explained.map((row) => String(row['explain_value'])).join());
      }
      return plans;
    });
  }

  /** The joins of a plan, and the relation that the hash table is made of: the last that is read below. */
  const joinOf = (plan: string) => ({
    types: [...plan.matchAll(/"Join Type": "(\w+)"/g)].map(([, type]) => type),
    built: plan.match(/incoming_\w+|READ_PARQUET(?= )/g)?.at(-1),
  });

  it('are not what a hash table is made of', async () => {
    const [added = '', filled = '', updated = ''] = await plansOf(`if(i % 3 = 0, NULL, 'ein')`, [
      sql.selectNew(tin),
      sql.countFilled(tin, fill),
      sql.countFilled(tin, update),
    ]);
    expect(joinOf(added)).toEqual({ types: ['RIGHT_ANTI'], built: 'incoming_xref_pg_tin' });
    expect(joinOf(filled)).toEqual({ types: ['INNER'], built: 'incoming_xref_pg_tin' });
    expect(joinOf(updated)).toEqual({ types: ['INNER'], built: 'incoming_xref_pg_tin' });
  });

  it('are not what groups are collected from', async () => {
    const [plan = ''] = await plansOf(`'ein'`, [sql.collectGainingGroups]);
    expect(joinOf(plan).types).toEqual(['RIGHT_SEMI']);
    // the groups that gain are the only ones that are made distinct
    expect(plan.match(/HASH_GROUP_BY/g)).toHaveLength(1);
  });

  it('are not read for attributes that all of them have', async () => {
    const [plan = ''] = await plansOf(`'ein'`, [sql.countFilled(tin, fill)]);
    expect(plan).toContain('EMPTY_RESULT');
    expect(plan).not.toContain('READ_PARQUET');
  });
});
