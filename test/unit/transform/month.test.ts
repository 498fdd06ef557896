import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import type { ValueKind } from '../../../src/sources/sources.js';
import { yearMonth } from '../../../src/transform/month.js';
import { scalarText } from '../../../src/transform/text.js';
import { yearMonthOf } from '../../model/year-month.js';
import { evaluate, storedByDuckdb, textFrame } from './read-stored.js';

function monthsOf(texts: readonly string[], kind: ValueKind = 'text'): unknown[] {
  return evaluate(textFrame(texts), yearMonth(pl.col('value'), kind));
}

describe('yearMonth', () => {
  it.each([
    ['2025-08-01', '2025-08'],
    ['2022-08-05T00:00:00-05:00', '2022-08'],
    ['2025/08/01', '2025-08'],
    ['as of 2025-08', '2025-08'],
    [' 2025-08-01 ', '2025-08'],
    ['12020-05', '2020-05'],
    ['2025-13 or 2024-05', '2024-05'],
    ['2024-05 or 2023-01', '2024-05'],
    ['2020-2021-05', '2021-05'],
    ['2025-081', '2025-08'],
    ['published\n2025-08-01', '2025-08'],
    ['20250801', '2025-08'],
    ['202508', '2025-08'],
    ['19991231', '1999-12'],
    ['199912', '1999-12'],
    ['10/25/2022', '2022-10'],
    ['1/5/2022', '2022-01'],
    ['01/05/1999', '1999-01'],
    ['12/31/2025/01', '2025-01'],
  ])('finds the month in %j', (text, month) => {
    expect(monthsOf([text])).toEqual([month]);
  });

  it.each([
    '',
    ' ',
    'None',
    'August 2025',
    '1999-05-01',
    '2025-00',
    '2025-13-01',
    '2025-8-01',
    '2025.08.01',
    '2025–08',
    ' 20250801',
    '20250801 ',
    '20250801\n',
    '202508\n',
    '20251301',
    '20250832',
    '20250800',
    '202513',
    '202500',
    '2025080',
    '25/10/2022',
    '0/10/2022',
    '10/0/2022',
    '10/32/2022',
    '010/10/2022',
    '10/010/2022',
    '10/25/22',
    ' 10/25/2022',
    '10/25/2022 ',
    '10/25/2022\n',
    '٢٠٢٥-08',
    '２０２５０８',
  ])('finds none in %j', (text) => {
    expect(monthsOf([text])).toEqual(['']);
  });

  it('agrees with the rules read one by one, on text of every near miss', () => {
    const years = ['2025', '1999', '25', '20255'];
    const months = ['08', '12', '13', '00', '8'];
    const days = ['', '01', '31', '32', '1'];
    const ways: ((year: string, month: string, day: string) => string)[] = [
      (year, month, day) => `${year}-${month}-${day}`,
      (year, month, day) => `${year}/${month}/${day}`,
      (year, month, day) => `${year}${month}${day}`,
      (year, month, day) => `${month}/${day}/${year}`,
    ];
    const texts = years.flatMap((year) =>
      months.flatMap((month) => days.flatMap((day) => ways.map((way) => way(year, month, day)))),
    );
    expect(monthsOf(texts)).toEqual(texts.map(yearMonthOf));
  });

  it.each([
    ['DATE', `'2025-08-31', '1999-05-01', NULL`, ['2025-08', '1999-05', '']],
    ['DATE', `'9999-12-31', '10000-01-01', '0044-03-15 (BC)'`, ['9999-12', '+10000-01', '-0043-03']],
    ['TIMESTAMP', `'2025-08-31 23:59:59', NULL`, ['2025-08', '']],
    ['TIMESTAMPTZ', `'2025-08-31 20:00:00-05:00'`, ['2025-09']],
    ['BIGINT', '20250801, 202508, 7', ['2025-08', '2025-08', '']],
    ['DOUBLE', '20250801.0, 202508.5', ['2025-08', '']],
    ['DECIMAL(10,2)', '20250801', ['2025-08']],
  ])('reads a %s', async (type, values, months) => {
    const { frame, stored } = await storedByDuckdb(values, type);
    const text = scalarText(pl.col('value'), stored);
    expect(evaluate(frame, yearMonth(text, stored.kind))).toEqual(months);
  });
});
