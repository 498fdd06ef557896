import { type DecimalValue, decimal } from '../model/input-value.js';
import type { StoredType } from './fixture.js';

/** Rates that are kept; several print alike with four decimals, and some are ties at the fifth. */
export const goodRates: readonly number[] = [
  100, 100.000_01, 100.000_049_99, 100.000_000_000_1, 99.999_99, 0.031_25, 0.031_249_999_999_999_997,
  123.456_75, 123.456_749, 752.23, 0.1, 0.000_04, 0, -0, -0.000_01, -12.5, 5e-324, 1_000_000, 1_000_000.01,
  123_456_789_012.345_67, 123_456_789_012.345_69, 999_999_999_999_999.9, -999_999_999_999_999.9,
];

/** Rates that are rejected. */
export const badRates: readonly (number | null)[] = [
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e15,
  -1e15,
  1e300,
];

/** Numeric text: what a number may look like. */
export const goodRateTexts: readonly string[] = [
  '100',
  '100.0',
  '+100',
  ' 100 ',
  '1e2',
  '1E+2',
  '100.00001',
  '100.00004999',
  '.5',
  ' .5 ',
  '-.5',
  '+.5',
  '0.03125',
  '0.031249999999999997',
  '123.45675',
  '0',
  '-0',
  '-0.0',
  '1e-400',
  '007',
  '\u00a01\u3000',
  '\u00851\u0085',
  '999999999999999.9',
  '1234567890123456e-1',
  '12345678901234567890.5e-8',
  // halfway between two doubles, and just above
  '9007199254740993e-2',
  '0.1000000000000000055511151231257827021181583404541015625',
  '0.1000000000000000124900090270330610871315002441406250001',
];

/** Text that is no number, or none that is kept. */
export const badRateTexts: readonly (string | null)[] = [
  null,
  '',
  ' ',
  '\u0085',
  '\ufeff',
  '1_000',
  '12,5',
  '1,000.00',
  '$5',
  '5%',
  '0x1F',
  '1e',
  '1e3.5',
  '5.',
  '.',
  '+',
  '--5',
  '+-5',
  '- 5',
  '1 000',
  '\ufeff5',
  '\u0661',
  'NaN',
  'nan',
  'inf',
  'Infinity',
  '-Infinity',
  'true',
  '1e15',
  '999999999999999.99999',
  '1e400',
  '-1e400',
];

/** Ids as doubles. */
export const doubleIds: readonly (number | null)[] = [
  772,
  772.5,
  690.644_62,
  0,
  -0,
  -7,
  0.1,
  1e-7,
  1.5e-10,
  5e-324,
  0.000_012_34,
  1e15 + 0.5,
  1e16,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  1e20,
  1e21,
  1.797_693_134_862_315_7e308,
  Number.NaN,
  null,
];

export const wholeIds: readonly (bigint | null)[] = [
  772n,
  0n,
  7n,
  -7n,
  9_007_199_254_740_993n,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  null,
];

export const textIds: readonly string[] = [
  '772',
  '772.0',
  '690.64462',
  '0',
  '007',
  ' 772',
  '-0',
  '1e20',
  'A',
];

/** Decimal types and values that fit them. */
export const decimalIds = decimals([
  [8, 5, ['772.00000', '690.64462', '0.00000', '-0.50000', '100.00000', '0.00001', '-7.00000']],
  [38, 0, ['772', '100', '0', '-7', '9'.repeat(38)]],
  [18, 2, ['772.00', '772.50', '0.10', '-0.01', '1000.00']],
  [38, 10, ['772.0000000000', '690.6446200000', '0.0000000001', '-7.0000000000']],
]);

export const decimalRates = decimals([
  [9, 2, ['100.00', '752.23', '0.00', '-12.50', '1000000.01']],
  [18, 5, ['100.00000', '100.00001', '0.03125', '123.45675', '-0.00001', '9999999999999.99999']],
  [38, 5, ['100.00000', '999999999999999.90000', '999999999999999.99999', '1000000000000000.00000']],
  [38, 20, ['100.00000000000000000000', '0.03124999999999999999', '0.10000000000000000556']],
  [38, 0, ['100', '0', '-5', '999999999999999', '9'.repeat(38)]],
]);

export interface DecimalColumn {
  readonly stored: StoredType;
  readonly values: readonly DecimalValue[];
}

function decimals(
  columns: readonly (readonly [precision: number, scale: number, texts: readonly string[]])[],
): DecimalColumn[] {
  return columns.map(([precision, scale, texts]) => ({
    stored: { precision, scale },
    values: texts.map(decimal),
  }));
}
