import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import pl, { type DataFrame } from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { type Footer, parseFooter, readFooter } from '../../../src/parquet/footer.js';
import type { InputRow } from '../../model/input-value.js';
import { type Layout, writeRows } from '../../support/fixture.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

/** The footer of what DuckDB writes for a query. */
function footerOf(query: string, options = ''): Promise<Footer> {
  return withFolder(async (folder) => {
    const file = join(folder, 'a.parquet');
    await withDatabase((connection) =>
      connection.run(`COPY (${query}) TO ${quoteText(file)} (FORMAT parquet${options})`),
    );
    return readFooter(file);
  });
}

function footerOfFrame(frame: DataFrame): Promise<Footer> {
  return withFolder(async (folder) => {
    const file = join(folder, 'a.parquet');
    frame.writeParquet(file);
    return readFooter(file);
  });
}

function footerOfRows(rows: readonly InputRow[], layout: Layout): Promise<Footer> {
  return withFolder(async (folder) => {
    const file = join(folder, 'a.parquet');
    await writeRows(file, rows, layout);
    return readFooter(file);
  });
}

describe('the columns of a footer', () => {
  it.each([
    [`'a'`, { kind: 'text' }],
    [`'a'::BLOB`, { kind: 'text' }],
    [`'a'::ENUM('a', 'b')`, { kind: 'text' }],
    ['true', { kind: 'boolean' }],
    ['1::TINYINT', { kind: 'integer' }],
    ['1::INTEGER', { kind: 'integer' }],
    ['1::BIGINT', { kind: 'integer' }],
    ['1::UBIGINT', { kind: 'integer' }],
    ['1::FLOAT', { kind: 'float', bits: 32 }],
    ['1::DOUBLE', { kind: 'float', bits: 64 }],
    ['1::DECIMAL(4,0)', { kind: 'decimal', scale: 0 }],
    ['1::DECIMAL(8,5)', { kind: 'decimal', scale: 5 }],
    ['1::DECIMAL(18,10)', { kind: 'decimal', scale: 10 }],
    ['1::DECIMAL(38,10)', { kind: 'decimal', scale: 10 }],
    [`'2025-08-01'::DATE`, { kind: 'date' }],
    [`'2025-08-01'::TIMESTAMP`, { kind: 'timestamp', unit: 'us', isZoned: false }],
    [`'2025-08-01'::TIMESTAMP_MS`, { kind: 'timestamp', unit: 'ms', isZoned: false }],
    [`'2025-08-01'::TIMESTAMP_NS`, { kind: 'timestamp', unit: 'ns', isZoned: false }],
    [`'2025-08-01'::TIMESTAMPTZ`, { kind: 'timestamp', unit: 'us', isZoned: true }],
    [`['a']`, { kind: 'list' }],
    ['[1]', { kind: 'list' }],
    ['[1.5::DOUBLE]', { kind: 'unsupported' }],
    [`[['a']]`, { kind: 'unsupported' }],
    [`[{'a': 'b'}]`, { kind: 'unsupported' }],
    [`{'a': 'b'}`, { kind: 'unsupported' }],
    [`MAP {'a': 'b'}`, { kind: 'unsupported' }],
    [`'10:00'::TIME`, { kind: 'unsupported' }],
    [`INTERVAL 1 DAY`, { kind: 'unsupported' }],
    ['uuid()', { kind: 'unsupported' }],
  ])('tell how %s is stored', async (value, stored) => {
    const { columns } = await footerOf(
      `SELECT 1 AS first, ${value} AS value, {'x': {'y': [1]}} AS nested, 'z' AS last`,
    );
    expect(columns.get('value')).toEqual(stored);
    expect([...columns.keys()]).toEqual(['first', 'value', 'nested', 'last']);
  });

  it('tell how Polars stores nulls, dictionaries and zoned instants', async () => {
    const { columns } = await footerOfFrame(
      pl
        .DataFrame({ text: ['a'] })
        .select(
          pl.col('text').cast(pl.Categorical),
          pl.lit(null).alias('nothing'),
          pl.lit(0).cast(pl.Datetime('ms', 'America/New_York')).alias('zoned'),
          pl.concatList([pl.lit(null), pl.lit(null)]).alias('list'),
        ),
    );
    expect(Object.fromEntries(columns)).toMatchObject({
      text: { kind: 'text' },
      nothing: { kind: 'null' },
      zoned: { kind: 'timestamp', unit: 'ms' },
      list: { kind: 'list' },
    });
  });
});

describe('the digits of a decimal', () => {
  it.each([
    ['alone', {}],
    ['and differently in the older description', { converted_type: 'DECIMAL', precision: 9, scale: 2 }],
  ] as const)('count as its logical type tells them, %s', (_, older) => {
    const element = { name: 'a', type: 'INT32', repetition_type: 'REQUIRED', ...older } as const;
    const logical = { type: 'DECIMAL', precision: 8, scale: 5 } as const;
    const bytes = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 1 },
        { ...element, logical_type: logical },
      ],
      columnData: [{ name: 'a', data: [222] }],
    });
    const { columns, schemas } = parseFooter('a.parquet', bytes.byteLength, Buffer.from(bytes));
    expect(columns.get('a')).toEqual({ kind: 'decimal', scale: 5 });
    expect(schemas.flatMap(({ elements }) => elements)).toMatchObject([{ precision: 8, scale: 5 }]);
  });
});

describe('columns that cannot be read for what they are', () => {
  const column = (name: string, values: string[] | number[], type: 'STRING' | 'FLOAT16') => ({
    name,
    data: values,
    type,
  });
  const footerOfColumns = (columns: ReturnType<typeof column>[], wanted?: readonly string[]) => {
    const bytes = Buffer.from(parquetWriteBuffer({ columnData: columns }));
    return parseFooter('a.parquet', bytes.length, bytes, wanted);
  };

  it('are floats of 16 bits, which Polars takes for bytes', () => {
    const { columns } = footerOfColumns([column('half', [1.5], 'FLOAT16')]);
    expect(columns.get('half')).toEqual({ kind: 'unsupported' });
  });

  it('are two of one name, unless nobody asks for them', () => {
    const columns = [
      column('a', ['one'], 'STRING'),
      column('a', ['two'], 'STRING'),
      column('b', ['b'], 'STRING'),
    ];
    expect(() => footerOfColumns(columns, ['a', 'b'])).toThrow(
      'a.parquet: it cannot be read as parquet: two columns are called a',
    );
    expect([...footerOfColumns(columns, ['b']).columns.keys()]).toEqual(['a', 'b']);
  });
});

describe('the rows of a footer', () => {
  it('are counted by group', async () => {
    const rows = Array.from({ length: 10 }, (_, index) => ({ a: String(index) }));
    const footer = await footerOfRows(rows, { columns: { a: 'text' }, rowGroupSize: 4 });
    expect(footer.rows).toBe(10);
    expect(footer.rowGroups.map((group) => [group.firstRow, group.rows])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
  });

  it('may be none', async () => {
    for (const writer of ['duckdb', 'polars'] as const) {
      const footer = await footerOfRows([], { columns: { a: 'text', b: 'list' }, writer });
      expect(footer.rows).toBe(0);
      expect([...footer.columns]).toEqual([
        ['a', { kind: 'text' }],
        ['b', { kind: 'list' }],
      ]);
    }
  });

  it('say who wrote them', async () => {
    expect((await footerOf('SELECT 1 AS a')).createdBy).toContain('DuckDB');
  });
});

describe('the constants of a footer', () => {
  const constantsOf = (footer: Footer) =>
    footer.rowGroups.map((group) => Object.fromEntries(group.constants));

  it.each(['duckdb', 'polars'] as const)(
    'are text columns of one value, as %s writes them',
    async (writer) => {
      const rows = Array.from({ length: 6 }, (_, index) => ({
        one: 'Aetna Ünïted \u{1F600}',
        empty: '',
        several: String(index),
        some: index < 5 ? 'a' : null,
        none: null,
        number: 7n,
        list: ['11'],
      }));
      const columns = {
        one: 'text',
        empty: 'text',
        several: 'text',
        some: 'text',
        none: 'text',
        number: 'int64',
        list: 'list',
      } as const;
      const footer = await footerOfRows(rows, { columns, writer });
      expect(constantsOf(footer)).toEqual([{ one: 'Aetna Ünïted \u{1F600}', empty: '', none: null }]);
    },
  );

  it('are told of each group by itself', async () => {
    const rows = ['a', 'a', 'b', 'b', 'b', 'c', 'c', null].map((a) => ({ a, b: 'x' }));
    const footer = await footerOfRows(rows, { columns: { a: 'text', b: 'text' }, rowGroupSize: 2 });
    expect(constantsOf(footer)).toEqual([{ a: 'a', b: 'x' }, { a: 'b', b: 'x' }, { b: 'x' }, { b: 'x' }]);
  });

  it('are not known without statistics', async () => {
    const rows = [{ a: 'a' }, { a: 'a' }];
    const footer = await footerOfRows(rows, { columns: { a: 'text' }, statistics: false });
    expect(constantsOf(footer)).toEqual([{}]);
  });

  it.each(['duckdb', 'polars'] as const)(
    'are never the cut text of longer values, as %s writes them',
    async (writer) => {
      for (const length of [8, 32, 64, 65, 256, 257, 5000, 20_000]) {
        const start = 'x'.repeat(length);
        const differing = await footerOfRows([{ a: `${start}a` }, { a: `${start}b` }], {
          columns: { a: 'text' },
          writer,
        });
        expect(constantsOf(differing)).toEqual([{}]);
        const same = await footerOfRows([{ a: `${start}a` }, { a: `${start}a` }], {
          columns: { a: 'text' },
          writer,
        });
        // unknown, or known whole
        for (const { a = `${start}a` } of constantsOf(same)) expect(a).toBe(`${start}a`);
      }
    },
  );

  it('are never the cut text of longer values where the highest code point leaves no larger text', async () => {
    const start = '\u{10FFFF}'.repeat(100);
    const rows = [{ a: `${start}a` }, { a: `${start}b` }];
    const footer = await footerOfRows(rows, { columns: { a: 'text' }, writer: 'polars' });
    expect(constantsOf(footer)).toEqual([{}]);
  });

  it('are not made of bytes that are no text', async () => {
    const { rowGroups } = await footerOf(`SELECT '\\xFF\\xFE'::BLOB AS a FROM range(3)`);
    expect(rowGroups.map((group) => [...group.constants])).toEqual([[]]);
  });
});

describe('decimals that are stored as bytes', () => {
  it('are no texts, however much their bytes look like one', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      const bytes = parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 1 },
          {
            name: 'a',
            type: 'BYTE_ARRAY',
            converted_type: 'DECIMAL',
            precision: 5,
            scale: 2,
            repetition_type: 'REQUIRED',
          },
        ],
        // 0x4142, which is AB
        columnData: [{ name: 'a', data: [167.06, 167.06] }],
        statistics: true,
      });
      await writeFile(file, new Uint8Array(bytes));
      const { columns, rowGroups } = await readFooter(file);
      expect(columns.get('a')).toEqual({ kind: 'decimal', scale: 2 });
      expect(rowGroups.map(({ constants }) => [...constants])).toEqual([[]]);
    });
  });
});

describe('a file that is not parquet, or not whole', () => {
  const step = 'reading parquet footers';

  async function expectInputError(file: string, message: RegExp) {
    const error: unknown = await readFooter(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'EtlError', kind: 'input', exitCode: 66, step });
    expect(error).toMatchObject({ message: expect.stringMatching(message), hint: expect.any(String) });
    expect(String(error)).toContain(file);
  }

  it('is missing', async () => {
    await withFolder((folder) => expectInputError(join(folder, 'a.parquet'), /there is no such file/));
  });

  it.each([
    ['has no bytes', ''],
    ['is short', 'PAR1'],
    ['is text', 'billing_code,negotiated_rate\n99213,80\n'],
    ['ends like parquet', 'no footer at all PAR1'],
    ['claims a footer that is longer than the file', `PAR1${'\xFF\xFF\xFF\x7F'}PAR1`],
    ['has a footer of noise', `PAR1${'\x01'.repeat(40)}\x20\x00\x00\x00PAR1`],
  ])('%s', async (_, content) => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      await writeFile(file, content, 'latin1');
      await expectInputError(file, /cannot be read as parquet/);
    });
  });

  it('is cut short, wherever the cut is', async () => {
    await withFolder(async (folder) => {
      const whole = join(folder, 'whole.parquet');
      const rows = Array.from({ length: 200 }, (_, index) => ({ a: String(index) }));
      await writeRows(whole, rows, { columns: { a: 'text' }, rowGroupSize: 50 });
      const bytes = await readFile(whole);
      const file = join(folder, 'cut.parquet');
      for (const part of [0.01, 0.5, 0.9, 0.99]) {
        await writeFile(file, bytes.subarray(0, Math.floor(bytes.length * part)));
        await expectInputError(file, /cannot be read as parquet/);
      }
      await writeFile(file, bytes.subarray(0, bytes.length - 1));
      await expectInputError(file, /cannot be read as parquet/);
    });
  });

  it('has one bit of its footer wrong, whichever: nothing goes in circles', async () => {
    await withFolder(async (folder) => {
      const whole = join(folder, 'whole.parquet');
      await writeRows(whole, [{ a: ['x'], b: '1' }], { columns: { a: 'list', b: 'text' } });
      const bytes = await readFile(whole);
      const end = bytes.length - 8;
      const start = end - bytes.readUInt32LE(end);
      const file = join(folder, 'wrong.parquet');
      const refusals = new Set<string>();
      for (let bit = start * 8; bit < end * 8; bit += 1) {
        const wrong = Buffer.from(bytes);
        wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        await writeFile(file, wrong);
        const error: unknown = await readFooter(file).catch((thrown: unknown) => thrown);
        if (error instanceof Error) refusals.add(error.message.replace(/^.*parquet: /, ''));
      }
      expect(refusals).toContain('column a has -2 parts');
      expect(refusals).toContain('the schema has fewer columns than it says');
    });
  });

  it('has one bit of its footer wrong, whichever: no row and no column is missing without a word', async () => {
    await withFolder(async (folder) => {
      const whole = join(folder, 'whole.parquet');
      const rows = Array.from({ length: 4 }, (_, row) => ({ a: ['x'], b: `${row}`, c: row / 2 }));
      await writeRows(whole, rows, { columns: { a: 'list', b: 'text', c: 'double' }, rowGroupSize: 2 });
      const bytes = await readFile(whole);
      const end = bytes.length - 8;
      const start = end - bytes.readUInt32LE(end);
      const of = ({ rowGroups }: Footer) =>
        rowGroups.map((group) => [
          group.rows,
          group.chunks.map(({ column, metadata }) => [column, metadata.type]),
          [...group.constants].filter(([, value]) => value === null),
        ]);
      const expected = of(await readFooter(whole));
      const refusals = new Set<string>();
      for (let bit = start * 8; bit < end * 8; bit += 1) {
        const wrong = Buffer.from(bytes);
        wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        try {
          expect(of(parseFooter('a.parquet', wrong.length, wrong))).toEqual(expected);
        } catch (thrown) {
          if (!(thrown instanceof EtlError)) throw thrown;
          refusals.add(thrown.message.replace(/^.*parquet: /, ''));
        }
      }
      expect(refusals).toContain('the footer says 4 rows; its row groups have 2');
      expect(refusals).toContain('a column is called c in a row group and b in the schema');
      expect(refusals).toContain('column c is DOUBLE in a row group and FLOAT in the schema');
      expect(refusals).toContain('a row group has no columns');
    });
  });

  it('is a folder', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'a.parquet');
      await mkdir(file);
      expect((await stat(file)).isDirectory()).toBe(true);
      await expectInputError(file, /cannot be read as parquet/);
    });
  });
});
