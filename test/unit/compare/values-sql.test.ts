import { describe, expect, it } from 'vitest';
import { comparedValue } from '../../../src/compare/values-sql.js';
import type { ColumnType } from '../../../src/tables/tables.js';
import { quoteName, withDatabase } from '../../support/fixture-database.js';

type Value = string | number | null;
type Case = readonly [value: string, stored: string, compared: Value];

const texts: readonly Case[] = [
  ['772', 'BIGINT', '772'],
  ['-5', 'INTEGER', '-5'],
  ['18446744073709551615', 'UBIGINT', '18446744073709551615'],
  ['772', 'DOUBLE', '772'],
  ['772', 'FLOAT', '772'],
  ['1e20', 'DOUBLE', '100000000000000000000'],
  ['690.64462', 'DOUBLE', '690.64462'],
  ["'nan'", 'DOUBLE', null],
  ["'inf'", 'DOUBLE', 'inf'],
  ['222', 'DECIMAL(8,5)', '222'],
  ['100', 'DECIMAL(8,5)', '100'],
  ['690.5', 'DECIMAL(8,5)', '690.5'],
  ['100', 'DECIMAL(8,0)', '100'],
  ["'2025-08-01'", 'DATE', '2025-08-01'],
  ["'2025-08-01 23:00:00'", 'TIMESTAMP', '2025-08-01'],
  ["'2025-08-01 23:00:00'", 'TIMESTAMP_NS', '2025-08-01'],
  ["'2025-08-01 23:00:00+00'", 'TIMESTAMP WITH TIME ZONE', '2025-08-01'],
  ['true', 'BOOLEAN', 'true'],
  ["'772.0'", 'VARCHAR', '772.0'],
  ["''", 'VARCHAR', null],
  ["'  '", 'VARCHAR', null],
  ['concat(chr(8195), chr(9), chr(11), chr(133), chr(160))', 'VARCHAR', null],
  ["' a'", 'VARCHAR', ' a'],
  ["'é'", 'VARCHAR', 'é'],
  ['chr(127)', 'VARCHAR', '\u007f'],
  ['chr(8203)', 'VARCHAR', '\u200b'],
  ['NULL', 'VARCHAR', null],
  ['NULL', 'INTEGER', null],
];

const numbers: readonly Case[] = [
  ['1.5', 'DOUBLE', 1.5],
  ["'nan'", 'DOUBLE', null],
  ['10', 'FLOAT', 10],
  ['10.25', 'DECIMAL(9,4)', 10.25],
  ['10', 'INTEGER', 10],
  ["' 1e1 '", 'VARCHAR', 10],
  ["'ten'", 'VARCHAR', null],
  ['NULL', 'INTEGER', null],
];

const members: readonly Case[] = [
  ["['22', '11', '11']", 'VARCHAR[]', '11 22'],
  ['[22, 11]', 'INTEGER[]', '11 22'],
  ["['nan', NULL, 'B', 'a']", 'VARCHAR[]', 'B a'],
  [`'["22", "11"]'`, 'VARCHAR', '11 22'],
  [`'[''11'', ''22'']'`, 'VARCHAR', '11 22'],
  ["'11;22, 11|(33)'", 'VARCHAR', '11 22 33'],
  ["concat('22', chr(8195), '11')", 'VARCHAR', '11 22'],
  ["''", 'VARCHAR', null],
  ["'None'", 'VARCHAR', null],
  ['[]', 'VARCHAR[]', null],
  ['NULL', 'VARCHAR', null],
  ['NULL', 'INTEGER', null],
];

/** What values come to, all by one database. */
async function compareAll(type: ColumnType, cases: readonly Case[]): Promise<unknown[]> {
  const name = 'a "column"';
  return withDatabase(async (connection) => {
    const values = [];
    for (const [value, stored] of cases) {
      const column = { name, type, description: '' };
      const query = `SELECT ${comparedValue(column, stored)} FROM (SELECT CAST(${value} AS ${stored}) AS ${quoteName(name)})`;
      values.push((await connection.runAndReadAll(query)).getRowsJS()[0]?.[0]);
    }
    return values;
  });
}

describe('comparedValue', () => {
  it.each([
    ['VARCHAR', texts],
    ['DOUBLE', numbers],
    ['VARCHAR[]', members],
  ] as const)('makes of a %s what the contract does, however it is stored', async (type, cases) => {
    const found = await compareAll(type, cases);
    const told = cases.map(([value, stored], index) => [value, stored, found[index]]);
    expect(told).toEqual(cases);
  });

  it('makes zero of minus zero', async () => {
    expect(await compareAll('DOUBLE', [['-0.0', 'DOUBLE', 0]])).toEqual([0]);
  });
});
