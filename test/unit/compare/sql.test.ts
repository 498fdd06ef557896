import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOfFile, stageOpenRows, sumBuckets, viewRows } from '../../../src/compare/buckets-sql.js';
import { compareTable } from '../../../src/compare/compare-table.js';
import { keepExamples } from '../../../src/compare/examples-sql.js';
import { collapseCopies, pairRows, viewPart } from '../../../src/compare/pairs-sql.js';
import { rulesFor } from '../../../src/compare/rules.js';
import { Database } from '../../../src/load/db.js';
import { type TableName, tableNamed } from '../../../src/tables/tables.js';
import type { OutputRow } from '../../model/tables.js';
import { withFolder } from '../../support/load-pair.js';
import { selectRows, writeQueries } from '../../support/write-outputs.js';

const rulesOf = (name: TableName) => {
  const table = tableNamed(name);
  return rulesFor(table, new Set(table.columns.map((column) => column.name)));
};

describe('the text of statements', () => {
  const code = rulesOf('dim_code');
  const fact = rulesOf('fact_rate');

  it('quotes names and paths', () => {
    const types = new Map([
      ['code_type', 'VARCHAR'],
      ['code', 'BIGINT'],
    ]);
    const text = viewRows('left', tableNamed('dim_code'), rowsOfFile("/it's/[a]*.parquet"), types, code);
    expect(text).toContain(`read_parquet('/it''s/[[]a][*].parquet', hive_partitioning = false`);
    expect(text).toContain('CAST("code" AS VARCHAR) AS "code"');
    expect(text).toContain('NULL::VARCHAR AS "code_name"');
    expect(text).toContain('hash("code_type", "code") AS pairing');
    expect(stageOpenRows('left', code, 3, "/it's")).toContain(
      `TO '/it''s' (FORMAT PARQUET, PARTITION_BY (part))`,
    );
    expect(viewPart('left', code, ["/it's"])).toContain(`read_parquet(['/it''s']`);
  });

  it('hashes a row twice, by what it pairs by and all that is compared', () => {
    expect(sumBuckets('right', code)).toContain(
      'sum(hash(hash(pairing, "code_description", "code_name"))) AS checksum',
    );
  });

  it('makes one of copies as the contract does', () => {
    expect(collapseCopies('left', code)).toContain('min("code_name") AS "code_name"');
    expect(collapseCopies('left', code)).toMatch(/GROUP BY pairing\)$/);
    expect(collapseCopies('left', fact)).toContain(
      `min({'negotiated_rate': "negotiated_rate", 'reporting_entity_name': "reporting_entity_name"}) AS lowest`,
    );
    expect(collapseCopies('left', fact)).toMatch(/GROUP BY pairing, "fact_uid"\)$/);
  });

  it('excuses a key where the rate differs, and a rate within the tolerance', () => {
    const exact = pairRows(fact, 0);
    expect(exact).toContain(
      'l."fact_uid" IS DISTINCT FROM r."fact_uid" AND NOT coalesce(l."negotiated_rate" IS DISTINCT FROM r."negotiated_rate", false)',
    );
    expect(exact).not.toContain('abs(');
    expect(pairRows(fact, 0.5)).toContain('abs(l."negotiated_rate" - r."negotiated_rate") <= 0.5 +');
    expect(pairRows(code, 0.5)).not.toContain('abs(');
  });

  it('keeps no more examples of each part than are shown', () => {
    expect(keepExamples(code, 2, true)).toMatch(/^CREATE OR REPLACE TEMP TABLE example AS .*LIMIT 2\)$/s);
    expect(keepExamples(code, 2, false)).toMatch(/^INSERT INTO example /);
  });
});

describe('parts', () => {
  const fact = (index: number, rate: number, more: OutputRow = {}): OutputRow => ({
    fact_uid: `${index} ${rate}`,
    code_type: 'CPT',
    code: `${index % 40}`,
    negotiated_rate: rate,
    reporting_entity_name: 'A',
    ...more,
  });
  const left = Array.from({ length: 300 }, (_, index) => fact(index, index));
  const right = [
    ...left
      .slice(0, 200)
      .map((row, index) => (index % 7 === 0 ? { ...row, reporting_entity_name: 'B' } : row)),
    ...left.slice(3, 50),
    ...Array.from({ length: 120 }, (_, index) => fact(index, index + 0.5)),
  ];

  it('come to the same, however many there are', async () => {
    await withFolder(async (folder) => {
      const paths = { left: join(folder, "l'[*]?.parquet"), right: join(folder, 'r {a,b}.parquet') };
      await writeQueries({
        [paths.left]: selectRows('fact_rate', left),
        [paths.right]: selectRows('fact_rate', right),
      });
      using database = await Database.open({
        memoryMb: 256,
        threads: 2,
        temporaryFolder: join(folder, 'spill'),
      });
      const table = tableNamed('fact_rate');
      const compare = (rowsInMemory: number) => {
        const scratch = join(folder, "it's scratch [x]");
        return compareTable(database, { table, paths, tolerance: 0, examples: 4, rowsInMemory, scratch });
      };
      const whole = await compare(1_000_000);
      expect(whole).toMatchObject({ status: 'different', right: { duplicates: 47 } });
      expect(whole.only_left + whole.only_right + whole.different).toBeGreaterThan(100);
      expect(whole.columns['reporting_entity_name']?.examples).toHaveLength(4);
      for (const rowsInMemory of [60, 200]) expect(await compare(rowsInMemory)).toEqual(whole);
    });
  });
});
