import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../src/warehouse/dialect.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';
import { isBlank } from '../../../src/warehouse/texts.js';
import { queryRows } from '../../support/partitioned.js';

const { literal } = sparkDialect;

/** The words of DuckDB for what a blank text is told by; its patterns know white space by code points alone. */
const duckdb: Dialect = {
  ...sparkDialect,
  literal: (text) => `'${text.replaceAll("'", "''")}'`,
  space: String.raw`\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`,
  matches: (text, pattern) => `regexp_matches(${text}, '${pattern}')`,
};

describe('a blank text', () => {
  it('is empty or of white space alone, whichever character it begins with', async () => {
    const characters = Array.from({ length: 0x3001 }, (_, code) => String.fromCodePoint(code)).slice(1);
    const texts = ['', '!', '~', ...characters.flatMap((one) => [one, `${one}x`, ` ${one}`, `~${one}`])];
    const values = texts.map((text) => `(${duckdb.literal(text)})`).join(', ');
    const rows = await queryRows(
      `SELECT text FROM (VALUES ${values}) v(text) WHERE ${isBlank(duckdb, 'text')}`,
    );
    expect(new Set(rows.map(({ text }) => text))).toEqual(
      new Set(texts.filter((text) => /^\p{White_Space}*$/u.test(text))),
    );
  });

  it('is asked of Spark by its first byte, and only then by a pattern', () => {
    expect(isBlank(sparkDialect, 'a')).toBe(
      `(NOT a BETWEEN '!' AND '~' AND a RLIKE ${literal(String.raw`\A[\p{IsWhite_Space}]*\z`)})`,
    );
  });
});
