import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRoots } from '../../../src/compare/compare.js';
import { loadConfig } from '../../../src/config/load.js';
import { compareFolders } from '../../support/compare-roots.js';
import { withFolder } from '../../support/load-pair.js';
import { selectRows, writeQueries } from '../../support/write-outputs.js';

const payers = (slug: string) =>
  selectRows('dim_payer', [{ payer_slug: slug, reporting_entity_name: null, version: null }]);

describe('compareRoots', () => {
  it('prefers the folder of a table to the root, on each side by itself', async () => {
    await withFolder(async (folder) => {
      await writeQueries({
        [join(folder, 'one/dims/dim_payer.parquet')]: payers('a'),
        [join(folder, 'one/dim_payer.parquet')]: payers('stale'),
        [join(folder, 'two/dim_payer.parquet')]: payers('a'),
      });
      // a folder is no table
      mkdirSync(join(folder, 'two/dims/dim_payer.parquet'), { recursive: true });
      const { status, tables } = await compareFolders(join(folder, 'one'), join(folder, 'two'));
      expect(status).toBe('equal');
      expect(tables.dim_payer?.left?.path).toBe(join(folder, 'one/dims/dim_payer.parquet'));
      expect(tables.dim_payer?.right?.path).toBe(join(folder, 'two/dim_payer.parquet'));
      expect(tables.dim_code).toMatchObject({ status: 'absent', left: null, right: null });
    });
  });

  it('tells which files are damaged', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'one/dim_payer.parquet');
      await writeQueries({
        [path]: payers('a'.repeat(50)),
        [join(folder, 'two/dim_payer.parquet')]: payers('a'),
      });
      const bytes = readFileSync(path);
      // the pages begin after the magic bytes; the footer stays as it is
      writeFileSync(path, bytes.fill(0xff, 4, 40));
      await expect(compareFolders(join(folder, 'one'), join(folder, 'two'))).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringMatching(
          /one\/dim_payer\.parquet or .*two\/dim_payer\.parquet: it cannot be read/,
        ),
      });
    });
  });

  it('does not vouch for files that change meanwhile', async () => {
    await withFolder(async (folder) => {
      await writeQueries({ [join(folder, 'dim_payer.parquet')]: payers('a') });
      const environment = { settings: new Map(), configFile: undefined, noColor: true };
      const { settings } = loadConfig({ environment, file: '/dev/null' });
      const request = { left: folder, right: folder, tables: [], tolerance: 0, examples: 0, settings };
      const { signal } = new AbortController();
      const comparing = compareRoots(
        { ...request, tables: ['dim_payer'] },
        () => setImmediate(() => writeFileSync(join(folder, 'dim_payer.parquet'), 'changed')),
        signal,
      );
      await expect(comparing).rejects.toThrow(/dim_payer/);
      await expect(comparing).rejects.toMatchObject({ name: 'EtlError' });
    });
  });

  it('stops when it is told to, and leaves nothing', async () => {
    await withFolder(async (folder) => {
      await writeQueries({ [join(folder, 'dim_payer.parquet')]: payers('a') });
      const environment = { settings: new Map(), configFile: undefined, noColor: true };
      const { settings } = loadConfig({ environment, file: '/dev/null' });
      const stop = new AbortController();
      const stopped = new Error('stopped');
      const request = { left: folder, right: folder, tables: [], tolerance: 0, examples: 0, settings };
      const comparing = compareRoots(request, () => stop.abort(stopped), stop.signal);
      await expect(comparing).rejects.toBe(stopped);
    });
  });
});
