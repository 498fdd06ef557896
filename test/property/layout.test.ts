import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryLayout } from '../support/arbitrary-file.js';
import { arbitraryPair, dealRows, plainLayout, plainParts, shuffleRows } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import { contentOf } from '../support/compare-content.js';
import type { Parts } from '../support/compare-files.js';
import { withFolder } from '../support/load-pair.js';

const maxRows = 120;
const wholeFile = 100_000;

const layouts = fc.array(arbitraryLayout(maxRows), { minLength: 2, maxLength: 3 });

describe('the content of the outputs', () => {
  it('does not depend on chunks, order of rows, row groups, codecs or number of files', () =>
    check(
      4,
      fc.asyncProperty(
        arbitraryPair(maxRows),
        arbitraryKeySettings,
        fc.nat(),
        layouts,
        fc.integer({ min: 1, max: maxRows }),
        (pair, settings, seed, ways, chunkSize) =>
          withFolder(async (folder) => {
            const shuffled = {
              rates: shuffleRows(pair.rates, seed),
              providers: shuffleRows(pair.providers, seed),
            };
            const [way = plainLayout, ...others] = ways;
            const variants: Record<string, Parts> = {
              'another order': plainParts(shuffled),
              'another layout': {
                rates: dealRows(pair.rates, [way]),
                providers: dealRows(pair.providers, [way]),
              },
              'several files': {
                rates: dealRows(shuffled.rates, ways),
                providers: dealRows(shuffled.providers, others),
              },
            };
            const load = (name: string, parts: Parts, size: number) =>
              contentOf(join(folder, name), parts, settings, size);
            const expected = await load('plain', plainParts(pair), wholeFile);
            expect(await load('chunks', plainParts(pair), Math.max(chunkSize, 20))).toEqual(expected);
            for (const [name, parts] of Object.entries(variants)) {
              expect(await load(name, parts, Math.max(chunkSize, 25))).toEqual(expected);
            }
          }),
      ),
    ));

  it('does not depend on whether a row group is read as a whole or in parts', () =>
    check(
      6,
      fc.asyncProperty(
        arbitraryPair(maxRows),
        arbitraryKeySettings,
        arbitraryLayout(maxRows),
        fc.integer({ min: 5, max: maxRows }),
        (pair, settings, layout, windowRows) =>
          withFolder(async (folder) => {
            const way = { ...layout, rowGroupSize: maxRows };
            const parts = { rates: dealRows(pair.rates, [way]), providers: dealRows(pair.providers, [way]) };
            const load = (name: string, mostWindowRows: number, groupRows: number) =>
              contentOf(join(folder, name), parts, settings, 20, { windowRows: mostWindowRows, groupRows });
            const whole = await load('whole', wholeFile, wholeFile);
            expect(await load('parts', windowRows, 1)).toEqual(whole);
          }),
      ),
    ));
});
