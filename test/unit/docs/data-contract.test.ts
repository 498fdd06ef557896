import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPage, tableRowsOf } from './markdown.js';

const page = readPage('docs/data-contract.md');
const isVector = (row: readonly string[]) => /^`[0-9a-f]{32}`$/.test(row[2] ?? '');
const vectors = tableRowsOf(page).filter(isVector);

/** The text that a row of the page says is hashed. */
function hashedText(key: string, of: string): string {
  if (key !== '`pos_set_id`') return of.replaceAll('`', '');
  return of === 'no members' ? '' : of.replaceAll(' ', '|');
}

describe('docs/data-contract.md', () => {
  it('has a vector of every key', () => {
    expect(new Set(vectors.map(([key]) => key))).toEqual(new Set(['`pg_uid`', '`pos_set_id`', '`fact_uid`']));
  });

  it.each(vectors)('%s of %s is %s', (key = '', of = '', digest = '') => {
    expect(`\`${createHash('md5').update(hashedText(key, of)).digest('hex')}\``).toBe(digest);
  });
});
