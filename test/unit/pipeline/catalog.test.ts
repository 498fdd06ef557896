import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type CatalogPart,
  catalogOf,
  makeCatalog,
  readCatalog,
  writeCatalog,
} from '../../../src/pipeline/catalog.js';
import { withFolder } from '../../support/load-pair.js';
import { august, september } from '../../support/small-dataset.js';

const part = (path: string, rows: number): CatalogPart => ({
  path,
  rows,
  bytes: rows * 10,
  mtime_ns: '1756684800123456789',
  footer_sha256: 'f'.repeat(64),
  content_sha256: 'c'.repeat(64),
});

const parts = [part(`${september}/part-b-0.parquet`, 3), part(`${august}/part-a-0.parquet`, 2)];

describe('the list of parts', () => {
  it('is in the order of the paths, with sums, a part a line, and is read as it was written', async () => {
    await withFolder(async (folder) => {
      const path = catalogOf(folder);
      expect(path).toBe(join(folder, '_manifest.json'));
      await writeCatalog(path, makeCatalog(parts));
      const [second, first] = parts;
      expect(await readCatalog(path)).toEqual({
        ...{ format: 1, table: 'fact_rate', rows: 5, bytes: 50 },
        files: [first, second],
      });
      expect((await readFile(path, 'utf8')).split('\n').slice(0, 7)).toEqual([
        '{',
        '  "format": 1,',
        '  "table": "fact_rate",',
        '  "rows": 5,',
        '  "bytes": 50,',
        '  "files": [',
        `    ${JSON.stringify(first)},`,
      ]);
    });
  });

  it('may name none', async () => {
    await withFolder(async (folder) => {
      await writeCatalog(catalogOf(folder), makeCatalog([]));
      expect(await readCatalog(catalogOf(folder))).toEqual({
        ...{ format: 1, table: 'fact_rate', rows: 0, bytes: 0, files: [] },
      });
    });
  });

  it('is nothing where there is none, or a file where its folder would be', async () => {
    await withFolder(async (folder) => {
      expect(await readCatalog(catalogOf(folder))).toBeNull();
      await writeFile(join(folder, 'file'), '');
      expect(await readCatalog(catalogOf(join(folder, 'file')))).toBeNull();
    });
  });

  const valid = makeCatalog(parts);
  const withPath = (path: string) => ({ ...valid, files: [part(path, 1)] });

  it.each<[string, unknown]>([
    ['no JSON', null],
    ['another format', { ...valid, format: 2 }],
    ['another table', { ...valid, table: 'dim_code' }],
    ['no files', { ...valid, files: undefined }],
    [
      'a part without a digest',
      { ...valid, files: [{ ...part('a.parquet', 1), content_sha256: undefined }] },
    ],
    ['a whole path', withPath('/etc/a.parquet')],
    ['a path out of the folder', withPath('state=GA/../../a.parquet')],
    ['a path that begins above', withPath('../a.parquet')],
    ['a path in a folder beside that is not hidden', withPath('../x/a.parquet')],
    ['a path through a hidden folder out of it', withPath('../.x/../a.parquet')],
    ['a path that begins further above', withPath('../../.x/a.parquet')],
    ['a path with a backslash', withPath('a\\b.parquet')],
    ['a file of another kind', withPath('a.csv')],
  ])('is refused where it holds %s', async (_, content) => {
    await withFolder(async (folder) => {
      await writeFile(catalogOf(folder), content === null ? '{"format":1' : JSON.stringify(content));
      await expect(readCatalog(catalogOf(folder))).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining(`${catalogOf(folder)} is in the way: it is no list of parts`),
        hint: expect.stringContaining('`--force`'),
      });
    });
  });

  it('is no matter of its content where it cannot be opened', async () => {
    await withFolder(async (folder) => {
      // a link to itself, which nobody may follow, whatever rights he has
      await symlink(catalogOf(folder), catalogOf(folder));
      await expect(readCatalog(catalogOf(folder))).rejects.toMatchObject({ kind: 'output' });
    });
  });
});
