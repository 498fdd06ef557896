import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputValue } from '../model/input-value.js';
import { isList } from '../model/input-value.js';
import type { Settings } from '../model/settings.js';
import { few, ratesColumns } from '../support/arbitrary-columns.js';
import { plainLayout, storeColumn } from '../support/arbitrary-pair.js';
import { check } from '../support/arbitrary-run.js';
import { arbitraryKeySettings } from '../support/arbitrary-settings.js';
import { arbitraryProviders, arbitraryTable, type RandomTable } from '../support/arbitrary-table.js';
import { contentOf } from '../support/compare-content.js';
import type { StoredType } from '../support/fixture.js';
import { withFolder } from '../support/load-pair.js';

const minRows = 30;
const maxRows = 120;
const chunkSize = 50;

const lists: readonly InputValue[] = [
  null,
  [],
  ['11', '22'],
  ['22', '11', '22'],
  ['02', null],
  [null],
  ['n', 'u', 'l'],
  ['None'],
  ['\uffee', '\u{10000}'],
];

/** How printers of four generations wrote a list of service codes. */
const printed: Readonly<Record<string, (codes: readonly (string | null)[]) => string>> = {
  python: (codes) => `[${codes.map((code) => (code === null ? 'None' : `'${code}'`)).join(', ')}]`,
  numpy: (codes) => `[${codes.map((code) => `'${code ?? 'nan'}'`).join(' ')}]`,
  json: (codes) => JSON.stringify(codes),
  semicolons: (codes) => codes.map((code) => code ?? '').join(';'),
  commas: (codes) => codes.map((code) => code ?? 'null').join(', '),
};

/** Values that have the same text in each of some types. */
const columnsInTypes: readonly {
  readonly name: string;
  readonly values: readonly InputValue[];
  readonly types: readonly StoredType[];
}[] = [
  {
    name: 'provider_reference_id',
    values: ['772', '0', '7', '-7', null],
    types: ['text', 'int32', 'int64', 'double', { precision: 8, scale: 5 }, { precision: 38, scale: 0 }],
  },
  {
    name: 'provider_reference_id',
    values: ['690.64462', '772', '0.00001', '-0.5', '100', null],
    types: ['text', 'double', { precision: 8, scale: 5 }, { precision: 38, scale: 20 }],
  },
  {
    name: 'negotiated_rate',
    values: ['100', '752.23', '0', '0.03125', '-12.5', '0.1', null],
    types: ['text', 'double', { precision: 18, scale: 5 }, { precision: 38, scale: 20 }],
  },
  {
    name: 'last_updated_on',
    values: ['2025-08-01', '2025-09-30', '2022-01-01', null],
    types: ['text', 'date', 'timestamp', 'zoned timestamp'],
  },
  {
    name: 'expiration_date',
    values: ['9999-12-31', '2025-12-31', '1969-12-31', null],
    types: ['text', 'date', 'timestamp', 'zoned timestamp'],
  },
];

function ratesWith(name: string, stored: StoredType, values: readonly InputValue[]) {
  return arbitraryTable({ ...ratesColumns, [name]: few(stored, values) }, maxRows, minRows);
}

function loaderFor(folder: string, providers: RandomTable, settings: Settings) {
  return (name: string, ...rates: readonly RandomTable[]) => {
    const inFiles = (tables: readonly RandomTable[]) =>
      tables.map((table) => ({ table, layout: plainLayout }));
    const parts = { rates: inFiles(rates), providers: inFiles([providers]) };
    return contentOf(join(folder, name), parts, settings, chunkSize);
  };
}

function halfOf({ columns, rows }: RandomTable, half: 0 | 1): RandomTable {
  return { columns, rows: rows.filter((_, row) => row % 2 === half) };
}

describe('the content of the outputs', () => {
  it('is the same for service codes as lists, as any text of them, and as both in two files', () =>
    check(
      3,
      fc.asyncProperty(
        ratesWith('service_codes', 'list', lists),
        arbitraryProviders(20),
        arbitraryKeySettings,
        fc.constantFrom(...Object.values(printed)),
        (rates, providers, settings, print) =>
          withFolder(async (folder) => {
            const asText = storeColumn(rates, 'service_codes', 'text', ({ service_codes: codes = null }) =>
              isList(codes) ? print(codes) : null,
            );
            const load = loaderFor(folder, providers, settings);
            const expected = await load('list', rates);
            expect(await load('text', asText)).toEqual(expected);
            expect(await load('both', halfOf(rates, 0), halfOf(asText, 1))).toEqual(expected);
          }),
      ),
    ));

  it.each(columnsInTypes)('is the same for $name in $types.length types', ({ name, values, types }) =>
    check(
      1,
      fc.asyncProperty(
        ratesWith(name, 'text', values),
        arbitraryProviders(20),
        arbitraryKeySettings,
        (rates, providers, settings) =>
          withFolder(async (folder) => {
            const load = loaderFor(folder, providers, settings);
            const expected = await load('text', rates);
            for (const [index, type] of types.entries()) {
              expect(await load(`type ${index}`, storeColumn(rates, name, type))).toEqual(expected);
            }
          }),
      ),
    ),
  );
});
