import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { isKeptRate, rateRejectReason, rateValue, unusualRates } from '../../../src/transform/rate.js';
import { parseRate } from '../../model/parse-rate.js';
import { evaluate, type StoredColumn, storedByDuckdb, storedByPolars, textFrame } from './read-stored.js';

const value = pl.col('value');

function valuesOf({ frame, stored }: StoredColumn): unknown[] {
  return evaluate(frame, rateValue(value, stored));
}

function reasonsOf({ frame, stored }: StoredColumn): unknown[] {
  return evaluate(frame, rateRejectReason(value, stored));
}

/** The rate, or why it is rejected, as the program decides for each row. */
function verdictsOf(column: StoredColumn): unknown[] {
  const reasons = reasonsOf(column);
  return valuesOf(column).map((rate, row) => reasons[row] || rate);
}

const text = (value: string | null): StoredColumn => ({
  frame: textFrame([value]),
  stored: { kind: 'text' },
});

describe('a rate as text', () => {
  it.each<[text: string | null, verdict: number | string]>([
    ['88.72', 88.72],
    ['65', 65],
    [' \u00A0+88.72\u0085', 88.72],
    ['-5', -5],
    ['-.5', -0.5],
    ['+.5', 0.5],
    ['.25', 0.25],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['.5e+1', 5],
    ['007', 7],
    ['0.1000', 0.1],
    ['123.45675', 123.45675],
    ['0.30000000000000004', 0.30000000000000004],
    ['9007199254740993', 'rate_out_of_range'],
    ['179769313486231570000000000000000000000.5e-30', 179769313.48623157],
    ['1e-400', 0],
    ['-1e-400', 0],
    ['-0', 0],
    ['-0.0', 0],
    ['0', 0],
    ['999999999999999', 999_999_999_999_999],
    ['-999999999999999.8', -999_999_999_999_999.8],
    [null, 'rate_missing'],
    ['', 'rate_missing'],
    [' \u2003\t', 'rate_missing'],
    ['5.', 'rate_not_numeric'],
    ['.', 'rate_not_numeric'],
    ['+', 'rate_not_numeric'],
    ['1_000', 'rate_not_numeric'],
    ['1,000', 'rate_not_numeric'],
    ['12,5', 'rate_not_numeric'],
    ['$5', 'rate_not_numeric'],
    ['5%', 'rate_not_numeric'],
    ['0x1F', 'rate_not_numeric'],
    ['1e', 'rate_not_numeric'],
    ['1e5.5', 'rate_not_numeric'],
    ['e5', 'rate_not_numeric'],
    ['1 000', 'rate_not_numeric'],
    ['+ 5', 'rate_not_numeric'],
    ['--5', 'rate_not_numeric'],
    ['+-5', 'rate_not_numeric'],
    ['5d', 'rate_not_numeric'],
    ['NaN', 'rate_not_numeric'],
    ['inf', 'rate_not_numeric'],
    ['Infinity', 'rate_not_numeric'],
    ['None', 'rate_not_numeric'],
    ['\uFEFF5', 'rate_not_numeric'],
    ['٣', 'rate_not_numeric'],
    ['5\n5', 'rate_not_numeric'],
    ['1e400', 'rate_not_finite'],
    ['-1e400', 'rate_not_finite'],
    ['1e15', 'rate_out_of_range'],
    ['-1e15', 'rate_out_of_range'],
    ['1e300', 'rate_out_of_range'],
  ])('%j is %j', (given, verdict) => {
    expect(verdictsOf(text(given))).toEqual([verdict]);
    expect(parseRate(given)).toEqual(verdict);
  });

  it('reads as the double that is nearest to it', () => {
    const texts = Array.from({ length: 2000 }, (_, index) => {
      const digits = String((index + 1) * 7_919_104_729);
      return `${digits.slice(0, -4)}.${digits.slice(-4)}${index}`;
    });
    expect(valuesOf({ frame: textFrame(texts), stored: { kind: 'text' } })).toEqual(texts.map(Number));
  });
});

describe('a rate in a typed column', () => {
  it.each<[type: string, values: string, verdicts: (number | string)[]]>([
    ['DOUBLE', '88.72, -0.0, 0, NULL', [88.72, 0, 0, 'rate_missing']],
    [
      'DOUBLE',
      `'nan'::DOUBLE, 'inf'::DOUBLE, '-inf'::DOUBLE`,
      ['rate_not_finite', 'rate_not_finite', 'rate_not_finite'],
    ],
    [
      'DOUBLE',
      '1e15, -1e15, 999999999999999.8',
      ['rate_out_of_range', 'rate_out_of_range', 999_999_999_999_999.8],
    ],
    ['FLOAT', '0.5, 0.1, NULL', [0.5, Math.fround(0.1), 'rate_missing']],
    ['INTEGER', '65, -3, 0, NULL', [65, -3, 0, 'rate_missing']],
    ['BIGINT', '999999999999999, 1000000000000000', [999_999_999_999_999, 'rate_out_of_range']],
    ['UBIGINT', '18446744073709551615, 7', ['rate_out_of_range', 7]],
    ['DECIMAL(8,5)', '690.64462, 0.1, -1.10000, NULL', [690.64462, 0.1, -1.1, 'rate_missing']],
    ['DECIMAL(18,2)', '752.23, 0.07, 4.35', [752.23, 0.07, 4.35]],
    ['DECIMAL(38,10)', '123456789012345.6789012345, 0.3', [Number('123456789012345.6789012345'), 0.3]],
    ['DECIMAL(38,0)', '99999999999999999999, 5', ['rate_out_of_range', 5]],
    ['BLOB', `'12.5'::BLOB, NULL, 'x'::BLOB`, [12.5, 'rate_missing', 'rate_not_numeric']],
    ['INTEGER', 'NULL, NULL', ['rate_missing', 'rate_missing']],
  ])('%s: %s', async (type, values, verdicts) => {
    expect(verdictsOf(await storedByDuckdb(values, type))).toEqual(verdicts);
  });

  it('is missing in a column of nulls', async () => {
    const nulls = await storedByPolars(textFrame(['a', 'b']).select(pl.lit(null).alias('value')));
    expect(nulls.stored.kind).toBe('null');
    // both expressions may be as short as one row where they read no column
    expect(new Set(verdictsOf(nulls))).toEqual(new Set(['rate_missing']));
  });

  it('has no minus zero', async () => {
    const zeros = [
      ...valuesOf(await storedByDuckdb('-0.0::DOUBLE, -1e-320::DOUBLE * 1e-10::DOUBLE', 'DOUBLE')),
      ...valuesOf(text('-0')),
      ...valuesOf(text('-1e-400')),
    ];
    expect(zeros).toHaveLength(4);
    for (const zero of zeros) expect(Object.is(zero, 0)).toBe(true);
  });
});

describe('isKeptRate', () => {
  it('holds just where no reason is given', async () => {
    const values = `88.72, 0, -5, 'nan'::DOUBLE, 'inf'::DOUBLE, 1e15, -1e15, 999999999999999.8, NULL`;
    const column = await storedByDuckdb(values, 'DOUBLE');
    const kept = evaluate(column.frame, isKeptRate(rateValue(value, column.stored)));
    expect(kept.map((isKept) => isKept ?? false)).toEqual(reasonsOf(column).map((reason) => reason === ''));
  });
});

describe('unusualRates', () => {
  it.each([
    [0, ['rate_zero']],
    [-0.01, ['rate_negative']],
    [1_000_000, []],
    [1_000_000.01, ['rate_huge']],
    [-2_000_000, ['rate_negative']],
    [88.72, []],
  ])('finds in %d %j', (rate, expected) => {
    const frame = pl.DataFrame([pl.Series('value', [rate], pl.Float64)]);
    const found = Object.entries(unusualRates)
      .filter(([, holds]) => evaluate(frame, holds(value))[0] === true)
      .map(([reason]) => reason);
    expect(found).toEqual(expected);
  });
});
