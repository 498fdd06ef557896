import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact } from '../../src/layout/compact.js';
import { migrate } from '../../src/layout/migrate.js';
import type { FactLayout } from '../../src/tables/partitions.js';
import { tableNames } from '../model/tables.js';
import { plainParts } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryAllSettings, chunkSizeFor } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { linesOf } from '../support/compare-content.js';
import { countsIn } from '../support/compare-counts.js';
import { loadFiles, writeFiles } from '../support/compare-files.js';
import { brokenKeysOf, type Outputs } from '../support/compare-keys.js';
import { readOutputs, withFolder } from '../support/load-pair.js';
import {
  datasetIn,
  describeDataset,
  readList,
  readPartitionedOutputs,
  settingsOf,
} from '../support/partitioned.js';

const chapterRows = 60;

/** Sizes for 4, 20 and 44 facts. */
const partMb = fc.constantFrom(0.000_09, 0.000_45, 0.001);

const chapter = fc.record({
  pair: arbitraryChapter(chapterRows),
  settings: arbitraryAllSettings,
  chunks: fc.integer({ min: 1, max: 3 }),
  partMb,
});

const { signal } = new AbortController();

describe('facts in partitions', () => {
  it('are those of one file after any loads, and stay so however they are kept', () =>
    check(
      3,
      fc.asyncProperty(
        fc.array(chapter, { minLength: 2, maxLength: 3, size: 'max' }),
        partMb,
        (chapters, compactedMb) =>
          withFolder(async (folder) => {
            const [single, partitioned] = [join(folder, 'single'), join(folder, 'partitioned')];
            for (const [index, { pair, settings, chunks, partMb: targetPartMb }] of chapters.entries()) {
              const files = await writeFiles(join(folder, `input ${index}`), plainParts(pair));
              const load = (root: string, factLayout: FactLayout, chunkSize: number) =>
                loadFiles(root, files, settings, chunkSize, { factLayout, targetPartMb });
              const one = await load(single, 'single', 100_000);
              const parts = await load(
                partitioned,
                'partitioned',
                chunkSizeFor(pair.rates.rows.length, chunks),
              );
              expect(countsIn(parts.tables)).toEqual(countsIn(one.tables));
              expect(parts.warnings).toEqual(one.warnings);
              await expectPartitions(partitioned, linesOfAll(await readOutputs(single)));
            }
            const expected = linesOfAll(await readOutputs(single));
            const settings = settingsOf({ data_root: partitioned, fact_layout: 'partitioned' });
            for (const mb of [compactedMb, 1]) {
              await compact({ ...settings, target_part_mb: mb }, () => {}, signal);
              await expectPartitions(partitioned, expected);
            }
            const { partitions, files } = countPartitions(partitioned);
            expect(files).toBe(partitions);

            await migrate(settings, 'single', signal);
            expect(existsSync(datasetIn(partitioned))).toBe(false);
            expect(linesOfAll(await readOutputs(partitioned))).toEqual(expected);

            await migrate({ ...settings, target_part_mb: compactedMb }, 'partitioned', signal);
            await expectPartitions(partitioned, expected);
          }),
      ),
    ));
});

/** Expects rows by table, keys that are unique, and a list that names what is there and nothing else. */
async function expectPartitions(dataRoot: string, expected: ReturnType<typeof linesOfAll>): Promise<void> {
  const outputs = await readPartitionedOutputs(dataRoot);
  expect(linesOfAll(outputs)).toEqual(expected);
  expect(brokenKeysOf(outputs)).toEqual([]);
  expect(readList(datasetIn(dataRoot))).toEqual(await describeDataset(datasetIn(dataRoot)));
  expect(readdirSync(join(dataRoot, 'gold'))).toEqual(['fact_rate']);
}

function linesOfAll(outputs: Outputs): Record<string, string[]> {
  return Object.fromEntries(tableNames.map((name) => [name, linesOf(name, outputs[name])]));
}

function countPartitions(dataRoot: string) {
  const paths = readList(datasetIn(dataRoot)).files.map(({ path }) => path);
  return {
    partitions: new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/')))).size,
    files: paths.length,
  };
}
