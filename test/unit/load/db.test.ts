import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/load/db.js';
import { copyToParquet } from '../../../src/load/sql.js';
import { withFolder } from '../../support/load-pair.js';

async function withDatabase<T>(
  work: (database: Database, folder: string) => Promise<T>,
  memoryMb = 256,
): Promise<T> {
  return withFolder(async (folder) => {
    using database = await Database.open({ memoryMb, threads: 1, temporaryFolder: join(folder, 'spill') });
    return await work(database, folder);
  });
}

describe('Database', () => {
  it('says how many rows the last statement wrote', async () => {
    await withDatabase(async (database, folder) => {
      expect(await database.run('CREATE TABLE a (x INTEGER)', 'INSERT INTO a SELECT * FROM range(7)')).toBe(
        7,
      );
      expect(await database.run(copyToParquet('FROM a', join(folder, 'a.parquet'), 2048))).toBe(7);
      expect(await database.run()).toBe(0);
    });
  });

  it('gives numbers and truth values as numbers', async () => {
    await withDatabase(async (database) => {
      expect(await database.numbers('SELECT count(*) AS rows, 1.5 > 1 AS yes, 2::DOUBLE AS two')).toEqual({
        rows: 1,
        yes: 1,
        two: 2,
      });
      await expect(database.numbers(`SELECT 'seven' AS rows`)).rejects.toThrow();
    });
  });

  it('is limited as it was told', async () => {
    await withDatabase(async (database) => {
      const [row] = await database.rows(`SELECT current_setting('threads') AS threads,
        current_setting('memory_limit') AS memory, current_setting('autoinstall_known_extensions') AS installs`);
      expect(row).toEqual({ threads: 1n, memory: '256.0 MiB', installs: false });
    });
  });

  it('tells a file that it cannot write from a bug', async () => {
    await withDatabase(async (database, folder) => {
      const path = join(folder, 'nowhere', 'a.parquet');
      await expect(database.run(copyToParquet('SELECT 1', path, 2048))).rejects.toMatchObject({
        name: 'EtlError',
        kind: 'output',
        exitCode: 73,
        message: expect.stringContaining(path),
      });
    });
  });

  it('tells a limit that is too small from a bug', async () => {
    await withDatabase(async (database) => {
      // aggregates into one list cannot be spilled
      const query = 'SELECT len(list(repeat(range::VARCHAR, 50))) AS n FROM range(10_000_000)';
      await expect(database.numbers(query)).rejects.toMatchObject({
        kind: 'output',
        hint: expect.stringContaining('--memory-limit'),
        message: expect.stringContaining('the memory limit is too small'),
      });
    }, 32);
  });

  it('tells a full disk from a bug', async () => {
    await withDatabase(async (database) => {
      await database.run(`SET max_temp_directory_size = '1MiB'`);
      const query =
        'CREATE TABLE big AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(3_000_000) ORDER BY b';
      await expect(database.run(query)).rejects.toMatchObject({
        kind: 'output',
        message: expect.stringContaining('the disk is full'),
      });
    }, 32);
  });

  it('passes a mistake in a statement as it is', async () => {
    await withDatabase(async (database) => {
      await expect(database.rows('SELECT nothing')).rejects.not.toHaveProperty('exitCode');
    });
  });
});
