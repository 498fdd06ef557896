import { describe, expect, it } from 'vitest';
import { compileDayCheck } from '../../../src/transform/check-days.js';
import { storedByDuckdb } from './read-stored.js';

async function check(values: string, type: string) {
  const { frame, stored } = await storedByDuckdb(values, type);
  const shape = { layout: new Map([['value', stored]]), constants: new Map<string, null>() };
  return compileDayCheck(shape)(frame);
}

describe('compileDayCheck', () => {
  it.each([
    ['DATE', `NULL, '262000-01-01', '9999-12-31', '0044-03-15 (BC)'`],
    ['TIMESTAMP', `'262000-01-01', NULL, '0001-01-01'`],
    ['TIMESTAMPTZ', `'262000-01-01 00:00:00+00:00'`],
    ['TIMESTAMP_MS', `'262000-01-01'`],
    ['TIMESTAMP_NS', `'2262-04-11', '1677-09-22'`],
    ['DATE', 'NULL'],
    ['VARCHAR', `'infinity'`],
  ])('lets a %s of %s pass', async (type, values) => {
    await expect(check(values, type)).resolves.toBeUndefined();
  });

  it.each([
    ['DATE', `'2025-08-01', 'infinity'`],
    ['DATE', `'-infinity'`],
    ['DATE', `'5000000-01-01'`],
    ['TIMESTAMP', `NULL, 'infinity'`],
    ['TIMESTAMP', `'-infinity'`],
    ['TIMESTAMPTZ', `'infinity'`],
    ['TIMESTAMP_MS', `'infinity'`],
  ])('refuses a %s of %s, which the library could not write', async (type, values) => {
    await expect(check(values, type)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/^column value has a day more than 262000 years away; /),
    });
  });

  it('looks for no column that is not in the frame', async () => {
    const { frame, stored } = await storedByDuckdb('NULL', 'DATE');
    const shape = { layout: new Map([['value', stored]]), constants: new Map([['value', null]]) };
    await expect(compileDayCheck(shape)(frame.drop('value'))).resolves.toBeUndefined();
  });
});
