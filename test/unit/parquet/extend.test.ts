import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFitToExtend } from '../../../src/parquet/extend.js';
import { type Footer, readFooter } from '../../../src/parquet/footer.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { withFolder } from '../../support/load-pair.js';

const groupRows = 1000;

async function footerOf(query = `SELECT 'a' AS name, ['b'] AS parts`, codec = 'ZSTD'): Promise<Footer> {
  return withFolder(async (folder) => {
    const path = join(folder, 'a.parquet');
    await withDatabase((connection) =>
      connection.run(`COPY (${query}) TO ${quoteText(path)} (FORMAT PARQUET, COMPRESSION ${codec})`),
    );
    return readFooter(path);
  });
}

/** A file of so many row groups, all alike. */
function repeat(footer: Footer, groups: number, rows: number): Footer {
  const rowGroups = footer.rowGroups
    .slice(0, 1)
    .flatMap((group) => Array.from({ length: groups }, () => group));
  return { ...footer, rows: groups * rows, rowGroups };
}

describe('a file gets the row groups of another', () => {
  it('of the same columns, also if it has none yet', async () => {
    const footer = await footerOf();
    const empty = await footerOf(`SELECT 'a' AS name, ['b'] AS parts WHERE false`);
    expect(isFitToExtend(footer, footer, groupRows)).toBe(true);
    expect(isFitToExtend(empty, footer, groupRows)).toBe(true);
  });

  it.each([
    ['another type', `SELECT 1 AS name, ['b'] AS parts`],
    ['another type in a list', `SELECT 'a' AS name, [1] AS parts`],
    ['another name', `SELECT 'a' AS title, ['b'] AS parts`],
    ['another order', `SELECT ['b'] AS parts, 'a' AS name`],
    ['a column more', `SELECT 'a' AS name, ['b'] AS parts, 1 AS more`],
    ['another logical type', `SELECT 'a'::BLOB AS name, ['b'] AS parts`],
  ])('but not of %s', async (_, query) => {
    expect(isFitToExtend(await footerOf(query), await footerOf(), groupRows)).toBe(false);
  });

  it('but not of another repetition', async () => {
    const footer = await footerOf();
    const schemas = footer.schemas.map((schema) => ({
      ...schema,
      elements: schema.elements.map((element) => ({ ...element, repetition_type: 'REQUIRED' as const })),
    }));
    expect(isFitToExtend({ ...footer, schemas }, footer, groupRows)).toBe(false);
  });

  it('but not packed in another way', async () => {
    expect(isFitToExtend(await footerOf(undefined, 'SNAPPY'), await footerOf(), groupRows)).toBe(false);
  });

  it('but not when it has more than 64, of less than a quarter of the rows on average', async () => {
    const footer = await footerOf();
    const one = repeat(footer, 1, 250);
    expect(isFitToExtend(repeat(footer, 63, 1), one, groupRows)).toBe(true);
    expect(isFitToExtend(repeat(footer, 64, 249), one, groupRows)).toBe(false);
    expect(isFitToExtend(repeat(footer, 64, 250), one, groupRows)).toBe(true);
  });
});
