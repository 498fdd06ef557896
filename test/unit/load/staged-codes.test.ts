import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import { copyToParquet } from '../../../src/load/sql.js';
import { findStagedCodes } from '../../../src/load/staged-codes.js';
import { withFolder } from '../../support/load-pair.js';

/** The codes in staged files, each given as the rows of its facts. */
function codesIn(...files: readonly (readonly string[])[]) {
  return withFolder(async (folder) => {
    using database = await Database.open({
      memoryMb: 256,
      threads: 1,
      temporaryFolder: join(folder, 'spill'),
    });
    const paths: string[] = [];
    for (const [index, rows] of files.entries()) {
      const path = join(folder, `it's [${index}].parquet`);
      const facts = `SELECT *, 0 AS distinct_set FROM (VALUES ${rows.join(', ')})
        t(context_code, code_code, provider_code, service_code, negotiated_rate)`;
      await database.run(copyToParquet(facts, path, 2048));
      paths.push(path);
    }
    return await findStagedCodes(database, { coded_fact: paths });
  });
}

describe('findStagedCodes', () => {
  it('gives each code once', async () => {
    const found = await codesIn(
      ['(1::BIGINT, 10::BIGINT, 100::BIGINT, 0::BIGINT, 1.5::DOUBLE)', '(1, 11, 100, 0, 2.5)'],
      ['(2::BIGINT, 10::BIGINT, 101::BIGINT, 7::BIGINT, 1.5::DOUBLE)', '(1, 10, 100, 0, 1.5)'],
    );
    expect(found?.codes.toSorted()).toEqual([10n, 11n]);
    expect(found?.providers.toSorted()).toEqual([100n, 101n]);
  });

  it('gives codes of all 64 bits to the bit', async () => {
    const [most, least] = [9_223_372_036_854_775_807n, -9_223_372_036_854_775_807n];
    const found = await codesIn([`(${most}, ${most - 1n}, ${least}, ${least}, 1::DOUBLE)`]);
    expect(found).toEqual({
      codes: [most - 1n],
      providers: [least],
    });
  });

  it('finds none where nothing was staged under codes', async () => {
    expect(await codesIn()).toBeNull();
  });
});
