import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTables, tableNames } from '../model/tables.js';
import { arbitraryPair, plainParts } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryAllSettings, arbitraryKeySettings, chunkSizeFor } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { countsIn } from '../support/compare-counts.js';
import { loadFiles, writeFiles } from '../support/compare-files.js';
import { expectLoad } from '../support/compare-load.js';
import { pathOf, withFolder } from '../support/load-pair.js';

const chapterRows = 60;

const chapter = fc.record({
  pair: arbitraryChapter(chapterRows),
  settings: arbitraryAllSettings,
  chunks: fc.integer({ min: 1, max: 3 }),
});

describe('loads one after the other', () => {
  it('make of any months, payers and corrections what the model makes of them', () =>
    check(
      5,
      fc.asyncProperty(fc.array(chapter, { minLength: 2, maxLength: 4, size: 'max' }), (chapters) =>
        withFolder(async (folder) => {
          const dataRoot = join(folder, 'data');
          let before = noTables;
          for (const [index, { pair, settings, chunks }] of chapters.entries()) {
            const files = await writeFiles(join(folder, `input ${index}`), plainParts(pair));
            const chunkSize = chunkSizeFor(pair.rates.rows.length, chunks);
            before = await expectLoad({ dataRoot, files, settings, chunkSize, before });
          }
        }),
      ),
    ));

  it('change nothing where they are the same, down to the bytes', () =>
    check(
      5,
      fc.asyncProperty(
        fc.oneof(arbitraryPair(100), arbitraryChapter(100)),
        arbitraryKeySettings,
        fc.constantFrom('fill' as const, 'update' as const),
        (pair, keys, dimensionConflict) =>
          withFolder(async (folder) => {
            const settings = { ...keys, dimensionConflict };
            const dataRoot = join(folder, 'data');
            const files = await writeFiles(join(folder, 'input'), plainParts(pair));
            const first = await loadFiles(dataRoot, files, settings, 100_000);
            const written = filesIn(dataRoot);
            const second = await loadFiles(dataRoot, files, settings, 40);

            const unchanged = Object.entries(countsIn(first.tables)).map(([name, { total }]) => [
              name,
              { inserted: 0, filled: 0, kept: total, removed: 0, total },
            ]);
            expect(countsIn(second.tables)).toEqual(Object.fromEntries(unchanged));
            expect(filesIn(dataRoot)).toEqual(written);
          }),
      ),
    ));
});

/** What each output is: its bytes, and when they were written. */
function filesIn(dataRoot: string): Record<string, unknown> {
  const files = tableNames.map((name) => {
    const path = pathOf(dataRoot, name);
    const { ino, mtimeMs } = statSync(path);
    return [name, { ino, mtimeMs, bytes: readFileSync(path).toString('base64') }] as const;
  });
  return Object.fromEntries(files);
}
