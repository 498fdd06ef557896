import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { Database } from '../../../src/load/db.js';
import { explainUnreadable } from '../../../src/load/explain-unreadable.js';
import { corruptPages } from '../../faults/support/corrupt.js';
import { withFolder } from '../../support/load-pair.js';
import { writeQueries } from '../../support/write-outputs.js';

const cause = new RangeError('of no file in particular');

/** Asks about files of two columns, of which the second is damaged if that is said. */
const explain = (given: unknown, isDamaged: boolean) =>
  withFolder(async (folder) => {
    const paths = ['a', 'b', 'c'].map((name) => join(folder, `${name}.parquet`));
    const query = 'SELECT range AS number, md5(range::VARCHAR) AS text FROM range(1000)';
    await writeQueries(Object.fromEntries(paths.map((path) => [path, query])));
    if (isDamaged) corruptPages(paths[1] ?? '', 0, 'text');
    using database = await Database.open({ memoryMb: 100, threads: 1, temporaryFolder: folder });
    return { paths, explained: await explainUnreadable(database, paths, { step: 'merging', cause: given }) };
  });

describe('what ends work on files', () => {
  it('is the one of which a page is damaged, by its name', async () => {
    const { paths, explained } = await explain(cause, true);
    expect(explained).toMatchObject({
      kind: 'data',
      step: 'merging',
      message: expect.stringContaining(`${paths[1]} is in the way: it cannot be read: `),
      hint: expect.stringContaining('move that file away'),
      cause,
    });
  });

  it('passes as it is where all can be read, or it tells of itself', async () => {
    expect((await explain(cause, false)).explained).toBe(cause);
    const told = new EtlError('output', 'told', { step: 'merging' });
    expect((await explain(told, true)).explained).toBe(told);
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    expect((await explain(full, true)).explained).toBe(full);
  });
});
