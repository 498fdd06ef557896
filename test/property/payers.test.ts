import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../model/settings.js';
import { keyTextOf, type OutputRow, tableNames } from '../model/tables.js';
import { plainParts, type RandomPair } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import { arbitraryChapter, arbitraryPairOf, payersOf } from '../support/arbitrary-story.js';
import { linesOf } from '../support/compare-content.js';
import { loadFiles, writeFiles } from '../support/compare-files.js';
import { brokenKeysOf, type Outputs } from '../support/compare-keys.js';
import { readOutputs, withFolder } from '../support/load-pair.js';

const maxRows = 80;

const arbitraryPayers = (make: (names: readonly string[], rows: number) => fc.Arbitrary<RandomPair>) =>
  fc.record({ one: make(payersOf.one, maxRows), other: make(payersOf.other, maxRows) });

const payers = fc.oneof(
  arbitraryPayers(arbitraryPairOf),
  arbitraryPayers((names, rows) => arbitraryChapter(rows, names)),
);

/** One slug for both payers would make one payer of them. */
const settingsOfPayers = arbitraryKeySettings.map((settings) => ({ ...settings, payerSlugOverride: null }));

describe('two payers', () => {
  it('give the same facts and the same keys in either order, and the second keeps the rows of the first', () =>
    check(
      5,
      fc.asyncProperty(payers, settingsOfPayers, ({ one, other }, settings) =>
        withFolder(async (folder) => {
          const load = loaderFor(folder, settings);
          await load('one first', 'one', one);
          const first = await readOutputs(join(folder, 'one first'));
          await load('one first', 'other', other);
          await load('other first', 'other', other);
          await load('other first', 'one', one);
          const oneFirst = await readOutputs(join(folder, 'one first'));
          const otherFirst = await readOutputs(join(folder, 'other first'));

          expect(brokenKeysOf(oneFirst)).toEqual([]);
          expect(keysOf(oneFirst)).toEqual(keysOf(otherFirst));
          expect(linesOf('fact_rate', oneFirst.fact_rate)).toEqual(
            linesOf('fact_rate', otherFirst.fact_rate),
          );
          expect(lostOf(first, oneFirst)).toEqual([]);
        }),
      ),
    ));
});

function loaderFor(folder: string, settings: Settings) {
  return async (dataRoot: string, name: string, pair: RandomPair) => {
    const files = await writeFiles(join(folder, `${dataRoot} ${name}`), plainParts(pair));
    await loadFiles(join(folder, dataRoot), files, settings, 100_000);
  };
}

function keysOf(outputs: Outputs): Record<string, string[]> {
  const keys = tableNames.map((name) => {
    return [name, outputs[name].map((row) => keyTextOf(name, row)).sort()] as const;
  });
  return Object.fromEntries(keys);
}

/** Rows that are gone, or that hold another value where they held one. */
function lostOf(before: Outputs, after: Outputs): OutputRow[] {
  return tableNames.flatMap((name) => {
    const now = new Map(after[name].map((row) => [keyTextOf(name, row), row]));
    return before[name].filter((row) => !keeps(now.get(keyTextOf(name, row)), row));
  });
}

function keeps(now: OutputRow | undefined, before: OutputRow): boolean {
  if (!now) return false;
  return Object.entries(before).every(
    ([column, value]) => value === null || JSON.stringify(now[column]) === JSON.stringify(value),
  );
}
