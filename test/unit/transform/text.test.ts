import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { ValueKind } from '../../../src/sources/sources.js';
import {
  blankToEmpty,
  emptyToNull,
  firstNonBlank,
  isBlank,
  plainFloats,
  scalarText,
} from '../../../src/transform/text.js';
import { textOfDouble } from '../../model/text-of-double.js';
import { isBlankText } from '../../model/white-space.js';
import { evaluate, type StoredColumn, storedByDuckdb, storedByPolars, textFrame } from './read-stored.js';

/** The texts of a stored column as the program comes by them: exponents are written out afterwards. */
function textsOf({ frame, stored }: StoredColumn): unknown[] {
  return evaluate(frame, scalarText(pl.col('value'), stored)).map((text) =>
    typeof text === 'string' && text.includes('e') && stored.kind === 'float'
      ? plainFloats([text]).get(text)
      : text,
  );
}

const edgeFloats = [
  772,
  690.64462,
  0.1,
  -0,
  -1.5,
  1e15,
  1e16,
  1e20,
  -1e20,
  1e21,
  1.5e-7,
  1e-7,
  -1e-7,
  0.00001,
  5e-324,
  1.7976931348623157e308,
  2 ** 53,
  2 ** 62,
  2 ** 63,
  -(2 ** 63),
  2 ** 70,
  1234567.5,
  123_456_789_012_345_680,
];

describe('scalarText', () => {
  it.each<[type: string, kind: ValueKind, values: string, texts: string[]]>([
    [
      'DATE',
      'date',
      `'infinity', '-infinity', '262000-01-01', '5000000-01-01'`,
      ['', '', '+262000-01-01', ''],
    ],
    [
      'TIMESTAMP',
      'timestamp',
      `'infinity', '-infinity', '262000-01-01', NULL`,
      ['', '', '+262000-01-01', ''],
    ],
    ['TIMESTAMPTZ', 'timestamp', `'infinity', '262000-01-01 00:00:00+00:00'`, ['', '+262000-01-01']],
    ['TIMESTAMP_MS', 'timestamp', `'infinity', '262000-01-01'`, ['', '+262000-01-01']],
    [
      'TIMESTAMP_NS',
      'timestamp',
      `'infinity', '-infinity', '2262-04-11 23:47:16.854'`,
      ['', '', '2262-04-11'],
    ],
    ['TIMESTAMP_NS', 'timestamp', `'2262-04-11', '1677-09-22'`, ['2262-04-11', '1677-09-22']],
    ['VARCHAR', 'text', `'772.0', ' a ', '', NULL, '1e20'`, ['772.0', ' a ', '', '', '1e20']],
    ['BLOB', 'text', `'A1'::BLOB, '7'::BLOB, NULL`, ['A1', '7', '']],
    ['BOOLEAN', 'boolean', 'true, false, NULL', ['true', 'false', '']],
    ['TINYINT', 'integer', '-128, 127', ['-128', '127']],
    ['INTEGER', 'integer', '-2147483648, 7, NULL', ['-2147483648', '7', '']],
    ['UINTEGER', 'integer', '4294967295', ['4294967295']],
    [
      'BIGINT',
      'integer',
      '-9223372036854775808, 9007199254740993',
      ['-9223372036854775808', '9007199254740993'],
    ],
    ['UBIGINT', 'integer', '18446744073709551615, 0', ['18446744073709551615', '0']],
    [
      'FLOAT',
      'float',
      `0.1, 772, 16777216, 'nan'::FLOAT, NULL, -0.0`,
      ['0.1', '772', '16777216', '', '', '0'],
    ],
    ['DOUBLE', 'float', `772.0, 690.64462, 'nan'::DOUBLE, NULL`, ['772', '690.64462', '', '']],
    [
      'DECIMAL(8,5)',
      'decimal',
      '222, 690.64462, 690.5, -0.005, 0, 100, NULL',
      ['222', '690.64462', '690.5', '-0.005', '0', '100', ''],
    ],
    ['DECIMAL(4,0)', 'decimal', '100, -20, 0', ['100', '-20', '0']],
    ['DECIMAL(18,10)', 'decimal', '1.0000000001, 10, -7.5', ['1.0000000001', '10', '-7.5']],
    [
      'DECIMAL(38,10)',
      'decimal',
      '1234567890123456789012345678.5, 1000, -0.0000000001',
      ['1234567890123456789012345678.5', '1000', '-0.0000000001'],
    ],
    ['DECIMAL(38,0)', 'decimal', '99999999999999999999999999999999999990', [`${'9'.repeat(37)}0`]],
    [
      'DATE',
      'date',
      `'2025-12-31', '1969-12-31', '9999-12-31', NULL`,
      ['2025-12-31', '1969-12-31', '9999-12-31', ''],
    ],
    ['TIMESTAMP', 'timestamp', `'2025-12-31 23:59:59.999999', NULL`, ['2025-12-31', '']],
    ['TIMESTAMP', 'timestamp', `'1969-12-31 23:59:59.999999'`, ['1969-12-31']],
    ['TIMESTAMP_MS', 'timestamp', `'2025-12-31 23:59:59.999', '9999-12-31'`, ['2025-12-31', '9999-12-31']],
    ['TIMESTAMP_NS', 'timestamp', `'2025-12-31 23:59:59.999999999'`, ['2025-12-31']],
    ['TIMESTAMP_S', 'timestamp', `'2025-12-31 23:59:59'`, ['2025-12-31']],
    ['TIMESTAMPTZ', 'timestamp', `'2025-12-31 22:00:00-05:00'`, ['2026-01-01']],
  ])('reads %s as %s', async (type, kind, values, texts) => {
    const column = await storedByDuckdb(values, type);
    expect(column.stored.kind).toBe(kind);
    expect(textsOf(column)).toEqual(texts);
  });

  it('writes every double without an exponent', async () => {
    const column = await storedByPolars(pl.DataFrame([pl.Series('value', edgeFloats, pl.Float64)]));
    expect(textsOf(column)).toEqual(edgeFloats.map((value) => textOfDouble(value === 0 ? 0 : value)));
  });

  it.each(['ms', 'us', 'ns'] as const)('takes the UTC day of a zoned timestamp in %s', async (unit) => {
    const perMillisecond = { ms: 1n, us: 1000n, ns: 1_000_000n }[unit];
    // in the evening of 31 August in New York, a minute before midnight in UTC, and before 1970
    const instants = ['2025-09-01T02:00:00Z', '2025-08-31T23:59:00Z', '1969-12-31T23:59:59.999Z'];
    const ticks = instants.map((instant) => BigInt(Date.parse(instant)) * perMillisecond);
    const value = pl.col('value').cast(pl.Int64).cast(pl.Datetime(unit));
    const frame = textFrame(ticks.map(String)).select(value.cast(pl.Datetime(unit, 'America/New_York')));
    const column = await storedByPolars(frame);
    expect(String(column.frame.dtypes[0])).toContain('America/New_York');
    expect(textsOf(column)).toEqual(['2025-09-01', '2025-08-31', '1969-12-31']);
  });

  it('reads dictionary text and a column of nulls', async () => {
    const text = textFrame(['b', 'a', 'b', null]);
    const dictionary = await storedByPolars(text.select(pl.col('value').cast(pl.Categorical)));
    expect(textsOf(dictionary)).toEqual(['b', 'a', 'b', '']);
    const nulls = await storedByPolars(text.select(pl.lit(null).alias('value')));
    expect(nulls.stored.kind).toBe('null');
    const read = evaluate(text, scalarText(pl.lit(null), nulls.stored));
    expect(new Set(read)).toEqual(new Set(['']));
    expect(textsOf(await storedByDuckdb('NULL, NULL', 'INTEGER'))).toEqual(['', '']);
  });
});

describe('plainFloats', () => {
  it('keeps the double that a text stands for', () => {
    const texts = ['1e+20', '-2.5e+300', '1e-7', '-1.5e-9', '5e-324', '1.7976931348623157e+308'];
    const plain = plainFloats(texts);
    expect([...plain.keys()]).toEqual(texts);
    for (const [text, spelled] of plain) {
      expect(spelled).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(spelled)).toBe(Number(text));
    }
  });
});

describe('blank text', () => {
  const texts = [
    '',
    ' ',
    '\t\n\v\f\r',
    '\u0085\u00A0\u1680\u2003\u2028\u3000',
    'a',
    ' a ',
    '\uFEFF',
    '\u200B',
    '0',
  ];

  it('is what Unicode calls white space, and nothing else', () => {
    const value = pl.col('value');
    expect(evaluate(textFrame(texts), isBlank(value))).toEqual(texts.map(isBlankText));
    expect(evaluate(textFrame(texts), blankToEmpty(value))).toEqual(
      texts.map((text) => (isBlankText(text) ? '' : text)),
    );
  });

  it('is null where it must not win a minimum', () => {
    expect(evaluate(textFrame(['', 'a', ' ']), emptyToNull(pl.col('value')))).toEqual([null, 'a', ' ']);
  });

  it('gives way to the first text that is not blank', () => {
    const frame = pl.DataFrame({
      first: ['a', ' ', '', ''],
      second: ['b', 'b ', '\t', ''],
      third: ['', 'c', 'c', ''],
    });
    const texts = ['first', 'second', 'third'].map((name) => pl.col(name));
    expect(evaluate(frame, firstNonBlank(texts))).toEqual(['a', 'b ', 'c', '']);
    expect(evaluate(frame, firstNonBlank([]))).toContain('');
  });
});
