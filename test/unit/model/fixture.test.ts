import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputRow } from '../../model/input-value.js';
import { date, decimal, timestamp } from '../../model/input-value.js';
import type { Layout } from '../../support/fixture.js';
import { castRows, differenceOf, readRows, readTable, writeRows } from '../../support/fixture.js';
import { withDatabase } from '../../support/fixture-database.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'etl1-fixture-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const rows: InputRow[] = [
  {
    provider_reference_id: decimal('690.64462'),
    provider_group_id: 7n,
    negotiated_rate: 0.1,
    last_updated_on: timestamp('2025-08-01T23:30:00-05:00'),
    expiration_date: date('9999-12-31'),
    service_codes: ['11', null, '😀'],
    billing_code: "O'Neil",
    version: null,
  },
  {
    provider_reference_id: decimal('-0.00001'),
    provider_group_id: -7n,
    negotiated_rate: Number.NaN,
    last_updated_on: timestamp('1969-12-31T23:59:59Z'),
    expiration_date: date('1969-12-31'),
    service_codes: [],
    billing_code: '',
    version: null,
  },
  {
    provider_reference_id: null,
    provider_group_id: null,
    negotiated_rate: Number.NEGATIVE_INFINITY,
    last_updated_on: null,
    expiration_date: null,
    service_codes: null,
    billing_code: null,
    version: null,
  },
];

const columns: Layout['columns'] = {
  billing_code: 'text',
  service_codes: 'list',
  provider_reference_id: { precision: 8, scale: 5 },
  provider_group_id: 'int64',
  negotiated_rate: 'double',
  last_updated_on: 'zoned timestamp',
  expiration_date: 'date',
  version: 'null',
};

describe('fixtures', () => {
  it.each<[string, Omit<Layout, 'columns'>]>([
    ['by DuckDB', { writer: 'duckdb' }],
    ['by Polars', { writer: 'polars' }],
    ['in groups of one row', { rowGroupSize: 1, codec: 'snappy' }],
    ['with gzip', { codec: 'gzip' }],
    ['with brotli', { codec: 'brotli' }],
    ['with lz4', { codec: 'lz4', writer: 'polars' }],
    ['uncompressed', { codec: 'uncompressed', rowGroupSize: 2 }],
  ])('come back as they were written %s', async (name, how) => {
    const file = join(folder, `${name}.parquet`);
    const stored = await writeRows(file, rows, { columns, ...how });
    expect(stored).toEqual(rows);
    expect(await readRows(file)).toEqual(rows);
    expect((await readdir(folder)).filter((entry) => !entry.endsWith('.parquet'))).toEqual([]);
  });

  it.each([
    [10, 3, 'polars', [3, 3, 3, 1]],
    [5000, 2048, 'duckdb', [2048, 2048, 904]],
    [5000, 1000, 'polars', [1000, 1000, 1000, 1000, 1000]],
    [5000, undefined, 'duckdb', [5000]],
    [0, undefined, 'duckdb', []],
  ])('of %d rows in groups of %s are written by %s', async (count, rowGroupSize, writer, groups) => {
    const file = join(folder, `groups-${count}-${rowGroupSize}.parquet`);
    const numbers = Array.from({ length: count }, (_, index) => ({ npi: BigInt(index) }));
    const size = rowGroupSize === undefined ? {} : { rowGroupSize };
    await writeRows(file, numbers, { columns: { npi: 'int64' }, ...size });
    expect(await groupsOf(file)).toEqual(groups);
    expect((await writtenBy(file)).includes('DuckDB')).toBe(writer === 'duckdb');
    expect(await readRows(file)).toEqual(numbers);
  });

  it.each([
    [undefined, ['a', 'b', '1']],
    [false, [null, null, null]],
  ])('tell the range of a column where statistics are %s', async (wanted, range) => {
    const file = join(folder, `statistics-${wanted}.parquet`);
    const texts: InputRow[] = [{ npi: 'a' }, { npi: 'b' }, { npi: null }];
    const statistics = wanted === undefined ? {} : { statistics: wanted };
    await writeRows(file, texts, { columns: { npi: 'text' }, writer: 'polars', ...statistics });
    const sql = 'SELECT stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata($file)';
    const [found = []] = await query(sql, file);
    expect(found.map((value) => (value === null ? null : String(value)))).toEqual(range);
  });

  it('hold extra columns in their place and lack columns that are not named', async () => {
    const file = join(folder, 'extra.parquet');
    await writeRows(file, [{ network: 'x', npi: '1', tin_value: '2' }], {
      columns: { network: 'text', npi: 'text' },
    });
    expect((await readTable(file)).columns).toEqual([
      { name: 'network', type: 'VARCHAR' },
      { name: 'npi', type: 'VARCHAR' },
    ]);
    expect(await readRows(file)).toEqual([{ npi: '1' }]);
  });

  it('read an output with its types', async () => {
    const file = join(folder, 'output.parquet');
    await writeRows(file, [{ pos_set_id: 'a', pos_members: ['1', '2'], rate: -0 }], {
      columns: { pos_set_id: 'text', pos_members: 'list', rate: 'double' },
    });
    expect(await readTable(file)).toEqual({
      columns: [
        { name: 'pos_set_id', type: 'VARCHAR' },
        { name: 'pos_members', type: 'VARCHAR[]' },
        { name: 'rate', type: 'DOUBLE' },
      ],
      rows: [{ pos_set_id: 'a', pos_members: ['1', '2'], rate: -0 }],
    });
  });
});

describe('castRows', () => {
  it('stores a value in another type with the same text', () => {
    const row = {
      a: '7',
      b: 7n,
      c: '690.5',
      d: '2025-08-01',
      e: '2025-08-01',
      f: 7n,
      g: ' ',
      h: decimal('7.00'),
      extra: 1,
    };
    const [cast] = castRows([row], {
      a: 'int64',
      b: 'double',
      c: { precision: 8, scale: 5 },
      d: 'date',
      e: 'zoned timestamp',
      f: 'text',
      g: 'null',
      h: 'int32',
      absent: 'text',
    });
    expect(cast).toEqual({
      a: 7n,
      b: 7,
      c: decimal('690.50000'),
      d: date('2025-08-01'),
      e: timestamp('2025-08-01T00:00:00Z'),
      f: '7',
      g: null,
      h: 7n,
      absent: null,
    });
  });

  it.each<[InputRow, Layout['columns']]>([
    [{ a: '772.0' }, { a: 'int64' }],
    [{ a: '772.0' }, { a: 'double' }],
    [{ a: '007' }, { a: 'int64' }],
    [{ a: '0.123456' }, { a: { precision: 8, scale: 5 } }],
    [{ a: '12345' }, { a: { precision: 8, scale: 5 } }],
    [{ a: 2n ** 53n + 1n }, { a: 'double' }],
    [{ a: 2n ** 31n }, { a: 'int32' }],
    [{ a: ['11'] }, { a: 'text' }],
    [{ a: Number.NaN }, { a: 'text' }],
    [{ a: 'x' }, { a: 'null' }],
  ])('refuses what would change the text: %o as %o', (row, types) => {
    expect(() => castRows([row], types)).toThrow(/cannot be stored/);
  });
});

describe('differenceOf', () => {
  it('tells missing rows from unexpected ones and counts copies', () => {
    const [a, b] = [
      { pg_uid: 'a', npi: '1' },
      { pg_uid: 'b', npi: null },
    ];
    expect(differenceOf('xref_pg_npi', [a, b], [b, a])).toEqual({ missing: [], unexpected: [] });
    expect(differenceOf('xref_pg_npi', [a], [b, b, a])).toEqual({ missing: [], unexpected: ['["b",null]'] });
    expect(differenceOf('xref_pg_npi', [a, b], [a])).toEqual({ missing: ['["b",null]'], unexpected: [] });
  });
});

async function groupsOf(file: string): Promise<number[]> {
  const rows = await query(
    'SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata($file) ORDER BY 1',
    file,
  );
  return rows.map(([, count]) => Number(count));
}

async function writtenBy(file: string): Promise<string> {
  const [row] = await query('SELECT created_by FROM parquet_file_metadata($file)', file);
  return String(row?.[0]);
}

async function query(sql: string, file: string) {
  return withDatabase(async (connection) => (await connection.run(sql, { file })).getRows());
}
