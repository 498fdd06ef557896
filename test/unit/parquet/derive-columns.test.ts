import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import { copyToParquet } from '../../../src/load/sql.js';
import { type Derivation, deriveColumns, type TextByNumber } from '../../../src/parquet/derive-columns.js';
import { quoteName, quoteText } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

const groupRows = 2048;

/** Four row groups, the last of them short. */
const rows = 3 * groupRows + 100;

/** The number of a row: each row group has three of its own, and one that all have. */
const numberOf = (row: number) =>
  row % 4 === 3 ? 7n : BigInt(Math.floor(row / groupRows) * 100 + (row % 3));

const narrow = `SELECT CASE WHEN i % 4 = 3 THEN 7 ELSE i // ${groupRows} * 100 + i % 3 END::BIGINT AS number,
  'key ' || i AS key, i / 8 AS rate, CASE WHEN i % 5 > 0 THEN 'name ' || i % 11 END AS name FROM range(${rows}) AS t(i) ORDER BY i`;

const numbers = [...new Set(Array.from({ length: rows }, (_, row) => numberOf(row)))];

const textsOf = (text: (number: bigint) => string | null): TextByNumber =>
  new Map(numbers.map((number) => [number, text(number)]));

const derivation: Derivation = {
  columns: ['key', 'parity', 'always', 'rate', 'month', 'never', 'name'],
  from: 'number',
  derived: new Map([
    ['month', textsOf((number) => `month ${number} é\u{1f600}`)],
    ['parity', textsOf((number) => (number % 2n === 0n ? 'even' : ''))],
    ['always', textsOf(() => `it's always the same`)],
    ['never', textsOf(() => null)],
  ]),
};

/** A row as it is to be in the file that is written, without its own columns. */
const derivedAt = (row: number) =>
  Object.fromEntries(
    [...derivation.derived].map(([column, texts]) => [column, texts.get(numberOf(row)) ?? null] as const),
  );

interface Work {
  readonly database: Database;
  readonly source: string;
  readonly path: string;
}

/** Does some work on the file of a query's rows. */
function withSource<Result>(query: string, work: (work: Work) => Promise<Result>, rowsOfGroup = groupRows) {
  return withFolder(async (folder) => {
    using database = await Database.open({
      memoryMb: 256,
      threads: 1,
      temporaryFolder: join(folder, 'spill'),
    });
    const source = join(folder, 'narrow.parquet');
    await database.run(copyToParquet(query, source, rowsOfGroup));
    return await work({ database, source, path: join(folder, 'wide.parquet') });
  });
}

/** All rows of a file in their order. */
const readRows = (database: Database, path: string, columns = '*') =>
  database.rows(
    `SELECT ${columns} FROM (SELECT * FROM read_parquet(${quoteText(path)}, file_row_number = true) ORDER BY file_row_number)`,
  );

const count = async (database: Database, path: string, condition: string) =>
  (
    await database.numbers(`SELECT count(*) AS rows FROM read_parquet(${quoteText(path)}) WHERE ${condition}`)
  )['rows'];

/** What the footer says of a column in each row group. */
const statisticsOf = (database: Database, path: string, column: string) =>
  database.rows(
    `SELECT stats_min_value AS least, stats_max_value AS greatest, stats_null_count AS nulls, num_values AS number
      FROM parquet_metadata(${quoteText(path)}) WHERE path_in_schema = ${quoteText(column)} ORDER BY row_group_id`,
  );

const bytewise = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** What the footer is to say of a column of texts or of nulls. */
function expectedStatistics(text: (row: number) => string | null) {
  return Array.from({ length: Math.ceil(rows / groupRows) }, (_, group) => {
    const length = Math.min(groupRows, rows - group * groupRows);
    const all = Array.from({ length }, (_, index) => text(group * groupRows + index));
    const texts = all.filter((one) => one !== null).toSorted(bytewise);
    return {
      least: texts.at(0) ?? null,
      greatest: texts.at(-1) ?? null,
      nulls: BigInt(all.length - texts.length),
      number: BigInt(all.length),
    };
  });
}

describe('deriveColumns', () => {
  it('puts the texts of each number in, row by row', () =>
    withSource(narrow, async ({ database, source, path }) => {
      expect(await deriveColumns(source, derivation, path)).toBe(true);
      const own = await readRows(database, source, 'key, rate, name');
      expect(own[rows - 1]).toMatchObject({ key: `key ${rows - 1}`, rate: (rows - 1) / 8 });
      const read = await readRows(database, path, '* EXCLUDE file_row_number');
      expect(read).toEqual(own.map((columns, row) => ({ ...columns, ...derivedAt(row) })));
    }));

  it('has the columns that are asked for, in their order', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      const described = await database.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`);
      expect(described.map(({ column_name: name, column_type: type }) => [name, type])).toEqual(
        derivation.columns.map((column) => [column, column === 'rate' ? 'DOUBLE' : 'VARCHAR']),
      );
    }));

  it('leaves a column out that is not asked for', () =>
    withSource(narrow, async ({ database, source, path }) => {
      expect(await deriveColumns(source, { ...derivation, columns: ['month', 'key'] }, path)).toBe(true);
      const [first] = await readRows(database, path, '* EXCLUDE file_row_number');
      expect(Object.entries(first ?? {})).toEqual([
        ['month', 'month 0 é\u{1f600}'],
        ['key', 'key 0'],
      ]);
    }));

  it('keeps row groups and their rows', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      const groups = `SELECT row_group_num_rows::INTEGER AS rows FROM parquet_metadata(${quoteText(path)})
        WHERE column_id = 0 ORDER BY row_group_id`;
      expect(await database.rows(groups)).toEqual(
        [groupRows, groupRows, groupRows, 100].map((of) => ({ rows: of })),
      );
      const file = `SELECT num_rows AS rows, num_row_groups AS groups FROM parquet_file_metadata(${quoteText(path)})`;
      expect(await database.numbers(file)).toEqual({ rows, groups: 4 });
    }));

  it.each([...derivation.derived.keys()])('tells the least, the greatest and the nulls of %s', (column) =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      expect(await statisticsOf(database, path, column)).toEqual(
        expectedStatistics((row) => derivedAt(row)[column] ?? null),
      );
    }),
  );

  it('keeps what is told of other columns', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      for (const column of ['key', 'rate', 'name']) {
        const told = await statisticsOf(database, source, column);
        expect(told).toHaveLength(4);
        expect(await statisticsOf(database, path, column)).toEqual(told);
      }
    }));

  it('orders texts by their bytes', () => {
    // as UTF-16 has them the last two come the other way round
    const texts = new Map([
      [1n, 'z'],
      [2n, '\uff5e'],
      [3n, '\u{1f600}'],
    ]);
    const query = `SELECT 1 + i % 3 AS number, 'a' AS key FROM range(300) AS t(i)`;
    return withSource(query, async ({ database, source, path }) => {
      const columns = { columns: ['key', 'text'], from: 'number', derived: new Map([['text', texts]]) };
      expect(await deriveColumns(source, columns, path)).toBe(true);
      expect(await statisticsOf(database, path, 'text')).toEqual([
        { least: 'z', greatest: '\u{1f600}', nulls: 0n, number: 300n },
      ]);
      for (const text of texts.values())
        expect(await count(database, path, `text = ${quoteText(text)}`)).toBe(100);
    });
  });

  it('gives the rows that a filter on a derived column asks for', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      const all = Array.from({ length: rows }, (_, row) => derivedAt(row));
      for (const [column, texts] of derivation.derived) {
        for (const text of [...new Set(texts.values()), 'no such text']) {
          const of = quoteName(column);
          const condition = text === null ? `${of} IS NULL` : `${of} = ${quoteText(text)}`;
          const expected = all.filter((row) => row[column] === text).length;
          expect([column, text, await count(database, path, condition)]).toEqual([column, text, expected]);
        }
      }
      expect(await count(database, path, 'never IS NOT NULL OR always IS NULL OR month IS NULL')).toBe(0);
      expect(await count(database, path, `month > 'month 2'`)).toBe(
        all.filter(({ month }) => (month ?? '') > 'month 2').length,
      );
    }));

  it('gives the rows that a filter on another column asks for', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      for (const condition of [
        `key = 'key 5000'`,
        `name = 'name 3'`,
        `name = 'none'`,
        'rate < 10',
        'name IS NULL',
      ])
        expect([condition, await count(database, path, condition)]).toEqual([
          condition,
          await count(database, source, condition),
        ]);
    }));

  it('moves the bloom filters of other columns', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      const excluded = (file: string, column: string, text: string) =>
        database.rows(
          `SELECT bloom_filter_excludes AS is_out FROM parquet_bloom_probe(${quoteText(file)}, ${quoteText(column)}, ${quoteText(text)})`,
        );
      for (const text of ['name 3', 'not there']) {
        const found = await excluded(source, 'name', text);
        expect(found.map(({ is_out }) => is_out)).toEqual(
          Array.from({ length: 4 }, () => text === 'not there'),
        );
        expect(await excluded(path, 'name', text)).toEqual(found);
      }
      expect((await excluded(path, 'month', 'not there')).map(({ is_out }) => is_out)).not.toContain(true);
    }));

  it('groups rows by a text that several numbers have', () =>
    withSource(narrow, async ({ database, source, path }) => {
      await deriveColumns(source, derivation, path);
      const groups = await database.rows(
        `SELECT parity, count(*) AS rows FROM read_parquet(${quoteText(path)}) GROUP BY parity ORDER BY parity`,
      );
      const even = Array.from({ length: rows }, (_, row) => derivedAt(row)).filter(
        (row) => row['parity'] === 'even',
      );
      expect(groups).toEqual([
        { parity: '', rows: BigInt(rows - even.length) },
        { parity: 'even', rows: BigInt(even.length) },
      ]);
    }));

  it('takes negative and large numbers', () => {
    const values = [-1n, 0n, -(2n ** 63n), 2n ** 63n - 1n];
    const query = `SELECT ([${values.join(', ')}]::BIGINT[])[1 + i % 4] AS number, 'a' AS key FROM range(40) AS t(i)`;
    return withSource(query, async ({ database, source, path }) => {
      const texts = new Map(values.map((value) => [value, `is ${value}`]));
      const columns = { columns: ['text'], from: 'number', derived: new Map([['text', texts]]) };
      expect(await deriveColumns(source, columns, path)).toBe(true);
      const read = await readRows(database, path, 'text');
      expect(read).toEqual(Array.from({ length: 40 }, (_, row) => ({ text: `is ${values[row % 4]}` })));
    });
  });

  it('writes a file without rows', () =>
    withSource(`SELECT * FROM (${narrow}) WHERE false`, async ({ database, source, path }) => {
      expect(await deriveColumns(source, derivation, path)).toBe(true);
      const described = await database.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`);
      expect(described.map(({ column_name: name }) => name)).toEqual(derivation.columns);
      expect(await readRows(database, path)).toEqual([]);
    }));

  /** A number of its own for each row: DuckDB keeps no dictionary of them. */
  const distinct = `SELECT i AS number, 'key ' || i AS key FROM range(${rows}) AS t(i) ORDER BY i`;
  const every = (text: (number: number) => string): TextByNumber =>
    new Map(Array.from({ length: rows }, (_, number) => [BigInt(number), text(number)]));

  it('is not done where numbers are not in a dictionary', () =>
    withSource(distinct, async ({ source, path }) => {
      const derived = new Map([['text', every((number) => `text ${number % 3}`)]]);
      expect(await deriveColumns(source, { columns: ['key', 'text'], from: 'number', derived }, path)).toBe(
        false,
      );
    }));

  it('is not done where the numbers of one row group are not in a dictionary', () => {
    const query = `SELECT CASE WHEN i < ${2 * groupRows} THEN i % 3 ELSE i END AS number, 'a' AS key FROM range(${rows}) AS t(i) ORDER BY i`;
    return withSource(query, async ({ source, path }) => {
      const derived = new Map([['text', every((number) => `text ${number % 3}`)]]);
      expect(await deriveColumns(source, { columns: ['key', 'text'], from: 'number', derived }, path)).toBe(
        false,
      );
    });
  });

  it('needs no dictionary for a text that all have', () =>
    withSource(distinct, async ({ database, source, path }) => {
      const derived = new Map([['text', every(() => 'one')]]);
      expect(await deriveColumns(source, { columns: ['key', 'text'], from: 'number', derived }, path)).toBe(
        true,
      );
      expect(await count(database, path, `text = 'one'`)).toBe(rows);
    }));

  it.each([
    [
      'a number has no text',
      new Map([
        [0n, 'even'],
        [1n, 'odd'],
      ]),
    ],
    [
      'the text of a number is null, and that of others is not',
      textsOf((number) => (number === 7n ? null : 'a')),
    ],
    ['no number has a text', new Map<bigint, string>()],
  ])('is not done where %s', (_, texts) => {
    const others = textsOf((number) => (number === 7n ? 'seven' : 'other'));
    return withSource(narrow, async ({ source, path }) => {
      const derived = new Map([
        ['other', others],
        ['text', texts],
      ]);
      const columns = { columns: ['other', 'text', 'key'], from: 'number', derived };
      expect(await deriveColumns(source, columns, path)).toBe(false);
    });
  });

  it('leaves the file of numbers as it is', () =>
    withSource(narrow, async ({ database, source, path }) => {
      const before = await readRows(database, source);
      await deriveColumns(source, derivation, path);
      expect(await readRows(database, source)).toEqual(before);
    }));

  it('says which column is missing', () =>
    withSource(narrow, async ({ source, path }) => {
      await expect(deriveColumns(source, { ...derivation, columns: ['key', 'age'] }, path)).rejects.toThrow(
        'there is no column age',
      );
      await expect(deriveColumns(source, { ...derivation, from: 'digit' }, path)).rejects.toThrow(
        'there is no column digit',
      );
    }));
});
