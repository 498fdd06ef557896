import { describe, expect, it } from 'vitest';
import { date, decimal, timestamp } from '../../model/input-value.js';
import { yearMonthOf } from '../../model/year-month.js';

describe('yearMonthOf', () => {
  it.each([
    ['2025-08-01', '2025-08'],
    ['2022-08-05T00:00:00-05:00', '2022-08'],
    ['2025/08', '2025-08'],
    ['as of 2025-08', '2025-08'],
    ['12020-05', '2020-05'],
    ['2025-13 or 2024-05', '2024-05'],
    ['2020-2021-05', '2021-05'],
    ['2024-05 or 2023-01', '2024-05'],
    ['2025-081', '2025-08'],
    [' 2025-08-01 ', '2025-08'],
    ['20250801', '2025-08'],
    ['202508', '2025-08'],
    ['19991231', '1999-12'],
    ['00010101', '0001-01'],
    ['10/25/2022', '2022-10'],
    ['1/5/2022', '2022-01'],
    ['01/05/1999', '1999-01'],
  ])('finds the month in %j', (text, month) => {
    expect(yearMonthOf(text)).toBe(month);
  });

  it.each([
    '',
    '   ',
    'None',
    '1999-05-01',
    '2025-00-01',
    '2025-8-01',
    '2025.08.01',
    ' 20250801',
    '20250801\n',
    '20251301',
    '20250832',
    '20250800',
    '202513',
    '2025080',
    '25/10/2022',
    '0/10/2022',
    '10/0/2022',
    '10/32/2022',
    '010/10/2022',
    '10/25/22',
    ' 10/25/2022',
    'August 2025',
    '２０２５-08',
  ])('finds none in %j', (text) => {
    expect(yearMonthOf(text)).toBe('');
  });

  it('takes the month of a typed date, of a timestamp in UTC', () => {
    expect(yearMonthOf(date('2025-08-31'))).toBe('2025-08');
    expect(yearMonthOf(date('1999-05-01'))).toBe('1999-05');
    expect(yearMonthOf(timestamp('2025-08-31T20:00:00-05:00'))).toBe('2025-09');
    expect(yearMonthOf(timestamp('1969-12-31T23:59:59.999Z'))).toBe('1969-12');
    expect(yearMonthOf({ kind: 'timestamp', micros: -1n })).toBe('1969-12');
  });

  it('reads a number by its text', () => {
    expect(yearMonthOf(20250801n)).toBe('2025-08');
    expect(yearMonthOf(202508)).toBe('2025-08');
    expect(yearMonthOf(decimal('20250801.00'))).toBe('2025-08');
  });
});
