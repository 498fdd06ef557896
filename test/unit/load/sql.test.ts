import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import * as sql from '../../../src/load/sql.js';
import { tableNamed, tables } from '../../../src/tables/tables.js';
import { withFolder } from '../../support/load-pair.js';

/** Names that would end a literal, a name, a statement or match more than themselves. */
const oddNames = [
  `we[ir]d*?'"; DROP TABLE x; --`,
  '[*][?]',
  '**',
  `''""`,
  'back\\slash',
  '{a,b} $HOME ~ %20 #',
  'year=2024',
  'é\u{1F600}\u200B',
  ' leading and trailing ',
  '$1 $$ :name ?1',
  'line\nbreak\ttab',
];

async function withDatabase<T>(work: (database: Database, folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    using database = await Database.open({
      memoryMb: 256,
      threads: 1,
      temporaryFolder: join(folder, `it's a spill`),
    });
    return await work(database, folder);
  });
}

describe('quoting', () => {
  it('doubles the quote that would end it', () => {
    expect(sql.identifier('a"b')).toBe('"a""b"');
    expect(sql.literal("it's")).toBe("'it''s'");
    expect(sql.pathLiteral("/a*b?/[c]/it's")).toBe("'/a[*]b[?]/[[]c]/it''s'");
  });

  it.each(oddNames)('keeps %j as it is, in a literal and in a name', async (name) => {
    await withDatabase(async (database) => {
      const rows = await database.rows(`SELECT ${sql.literal(name)} AS ${sql.identifier(name)}`);
      expect(rows).toEqual([{ [name]: name }]);
    });
  });

  it.each(oddNames)('reads and writes just the file below the folder %j', async (name) => {
    await withDatabase(async (database, root) => {
      const folder = join(root, name);
      await mkdir(folder, { recursive: true });
      // what a pattern in the name would match besides
      for (const other of ['weirdxx', 'i', '*x', 'xx']) {
        await mkdir(join(root, other), { recursive: true });
        await database.run(
          sql.copyToParquet(`SELECT 'other' AS value`, join(root, other, 'a*b.parquet'), 2048),
        );
      }
      // DuckDB takes a backslash for a separator where a path is a pattern
      const path = join(folder, name.includes('\\') ? 'a.parquet' : 'a*b.parquet');
      await database.run(sql.copyToParquet(`SELECT 'own' AS value`, path, 2048));
      await database.run(sql.copyToParquet(`SELECT 'other' AS value`, join(folder, 'axb.parquet'), 2048));
      const rows = await database.rows(`SELECT value FROM read_parquet(${sql.pathLiteral(path)})`);
      expect(rows).toEqual([{ value: 'own' }]);
      // no column comes of a folder that is named like one
      const described = await database.rows(sql.describeParquet(path));
      expect(described.map((row) => row['column_name'])).toEqual(['value']);
    });
  });
});

describe('the statements', () => {
  it('set the limits and let no extension be fetched', () => {
    const limits = { memoryMb: 512, threads: 3, temporaryFolder: "/tmp/it's" };
    expect(sql.configureDatabase(limits)).toEqual([
      `SET memory_limit = '512MiB'`,
      'SET threads = 3',
      `SET temp_directory = '/tmp/it''s'`,
      'SET preserve_insertion_order = false',
      'SET autoinstall_known_extensions = false',
      'SET autoload_known_extensions = false',
      'SET enable_progress_bar = false',
    ]);
  });

  it('view an output, empty where there is none', () => {
    const table = tableNamed('xref_pg_npi');
    expect(sql.viewExisting(table, '/data/x*.parquet')).toBe(
      `CREATE TEMP VIEW "existing_xref_pg_npi" AS SELECT "pg_uid", "npi" FROM read_parquet(['/data/x[*].parquet'], hive_partitioning = false)`,
    );
    expect(sql.viewExisting(table, null)).toBe(
      `CREATE TEMP VIEW "existing_xref_pg_npi" AS SELECT NULL::VARCHAR AS "pg_uid", NULL::VARCHAR AS "npi" WHERE false`,
    );
  });

  it('write zstd parquet', () => {
    expect(sql.copyToParquet('SELECT 1', "/data/it's.parquet", 2048)).toBe(
      `COPY (SELECT 1) TO '/data/it''s.parquet' (FORMAT PARQUET, COMPRESSION ZSTD, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 2048)`,
    );
  });

  it('view the existing rows of every table with its columns and types', async () => {
    await withDatabase(async (database) => {
      for (const table of tables) {
        await database.run(sql.viewExisting(table, null));
        const described = await database.rows(`DESCRIBE existing_${table.name}`);
        expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual(
          table.columns.map(({ name, type }) => [name, type]),
        );
      }
    });
  });
});
