import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import type { Settings } from '../model/settings.js';
import { tableNames } from '../model/tables.js';
import { arbitraryPair, arbitraryParts, plainParts } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryAllSettings } from '../support/arbitrary-settings.js';
import { arbitraryChapter } from '../support/arbitrary-story.js';
import { linesOf } from '../support/compare-content.js';
import { countsIn } from '../support/compare-counts.js';
import { loadFiles, type WrittenFiles, writeFiles } from '../support/compare-files.js';
import { brokenKeysOf } from '../support/compare-keys.js';
import { readRejects } from '../support/compare-rejects.js';
import { withFolder } from '../support/load-pair.js';
import { datasetIn, describeDataset, readList, readPartitionedOutputs } from '../support/partitioned.js';
import { engineIn, spark, startSession } from './support/spark.js';

const maxRows = 80;

/** One load of a slow machine that is busy with something else takes minutes. */
const timeLimitMs = 400_000;

describe.skipIf(!spark)('Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  /** Loads files with both engines, each into a data root of its own, and expects the same of both. */
  async function expectSame(folder: string, files: WrittenFiles, settings: Settings): Promise<void> {
    const [ours, theirs] = [join(folder, 'embedded'), join(folder, 'spark')];
    const conditions = { factLayout: 'partitioned' } as const;
    const one = await loadFiles(ours, files, settings, 100_000, conditions);
    const other = await loadFiles(theirs, files, settings, 100_000, {
      ...conditions,
      engine: engineIn(session),
    });
    expect(countsIn(other.tables)).toEqual(countsIn(one.tables));
    for (const key of ['balance', 'groups', 'rejects', 'warnings'] as const)
      expect({ [key]: withoutExamples(other[key]) }).toEqual({ [key]: withoutExamples(one[key]) });
    for (const source of ['rates', 'providers'] as const)
      expect(await readRejects(other, source, files[source])).toEqual(
        await readRejects(one, source, files[source]),
      );
    const outputs = await readPartitionedOutputs(theirs);
    expect(linesOfAll(outputs)).toEqual(linesOfAll(await readPartitionedOutputs(ours)));
    expect(brokenKeysOf(outputs)).toEqual([]);
    expect(readList(datasetIn(theirs))).toEqual(await describeDataset(datasetIn(theirs)));
  }

  it('makes the same tables of any input as the embedded engine', () =>
    check(
      6,
      fc.asyncProperty(
        arbitraryParts(arbitraryPair(maxRows), maxRows),
        arbitraryAllSettings,
        (parts, settings) =>
          withFolder(async (folder) =>
            expectSame(folder, await writeFiles(join(folder, 'input'), parts), settings),
          ),
      ),
      timeLimitMs,
    ));

  it('makes the same tables of loads one after the other', () =>
    check(
      3,
      fc.asyncProperty(
        fc.array(fc.record({ pair: arbitraryChapter(maxRows), settings: arbitraryAllSettings }), {
          minLength: 2,
          maxLength: 3,
          size: 'max',
        }),
        (chapters) =>
          withFolder(async (folder) => {
            for (const [index, { pair, settings }] of chapters.entries())
              await expectSame(
                folder,
                await writeFiles(join(folder, `input ${index}`), plainParts(pair)),
                settings,
              );
          }),
      ),
      timeLimitMs,
    ));
});

function linesOfAll(outputs: Awaited<ReturnType<typeof readPartitionedOutputs>>): Record<string, string[]> {
  return Object.fromEntries(tableNames.map((name) => [name, linesOf(name, outputs[name])]));
}

/** The queries of examples hold paths, which differ. */
function withoutExamples(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'query' ? undefined : inner)));
}
