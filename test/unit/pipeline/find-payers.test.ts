import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPayers, findSomePayers } from '../../../src/pipeline/find-payers.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import { withFolder } from '../../support/load-pair.js';

const patterns = {
  rates: '{period}_{payer}_{state}_rates.parquet',
  providers: '{period}_{payer}_{state}_providers.parquet',
};
const names = [
  ...['202507_b_ga_rates', '202508_b_ga_rates', '202508_a_ga_rates', '202507_e_ga_rates'],
  ...['202508_c_tx_rates', '202508_d_ga_providers', '202508_.._ga_rates'],
];
const files = localFiles;
const latest = { state: 'GA', period: 'latest' };

/** Does work with a folder of some empty files. */
function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    for (const name of names) await writeFile(join(folder, `${name}.parquet`), '');
    return work(folder);
  });
}

describe('findPayers', () => {
  it('gives those that have rates of a state, each once, sorted, and none whose name leaves the folder', () =>
    inFolder(async (folder) => {
      expect(await findPayers({ files, folder, patterns }, latest)).toEqual(['a', 'b', 'e']);
      expect(await findPayers({ files, folder: join(folder, 'nowhere'), patterns }, latest)).toEqual([]);
    }));

  it('leaves out those that have none of a month that is named', () =>
    inFolder(async (folder) => {
      expect(await findPayers({ files, folder, patterns }, { state: 'GA', period: '202507' })).toEqual([
        'b',
        'e',
      ]);
      expect(await findPayers({ files, folder, patterns }, { state: 'GA', period: '202401' })).toEqual([]);
    }));

  it('takes files that do not tell a month for files of every one', () =>
    inFolder(async (folder) => {
      const rates = '202508_{payer}_{state}_rates.parquet';
      const searched = { files, folder, patterns: { ...patterns, rates } };
      expect(await findPayers(searched, { state: 'ga', period: '202401' })).toEqual(['a', 'b']);
    }));
});

describe('findSomePayers', () => {
  it('gives them', () =>
    inFolder(async (folder) => {
      expect(await findSomePayers({ files, folder, patterns }, latest)).toEqual(['a', 'b', 'e']);
    }));

  it.each([
    [
      { state: 'GA', period: '202401' },
      'period 202401: expected ',
      'rates files there are of 202507, 202508',
    ],
    [{ state: 'NY', period: 'latest' }, '{period}_{payer}_ny_rates.parquet', 'are of state GA, TX'],
  ])('says what there is instead: %j', (slice, expected, there) =>
    inFolder(async (folder) => {
      const find = () => findSomePayers({ files, folder, patterns }, slice);
      await expect(find()).rejects.toThrow(`no payer has rates of state ${slice.state}`);
      await expect(find()).rejects.toThrow(expected);
      await expect(find()).rejects.toThrow(there);
    }),
  );

  it('says that there is no folder, no such file, or no payer in the pattern, and what to do', () =>
    inFolder(async (folder) => {
      const errorOf = (searched: Parameters<typeof findSomePayers>[0]) =>
        findSomePayers(searched, latest).catch((thrown: unknown) => thrown);
      const nowhere = { files, folder: join(folder, 'nowhere'), patterns };
      expect(await errorOf(nowhere)).toMatchObject({
        kind: 'input',
        message: expect.stringMatching(/there is no such folder$/),
        hint: expect.stringContaining('`--data-root`'),
      });
      const others = { files, folder, patterns: { ...patterns, rates: '{payer}.rates.parquet' } };
      expect(await errorOf(others)).toMatchObject({
        message: expect.stringMatching(/no file there matches the pattern$/),
      });
      const nobody = { files, folder, patterns: { ...patterns, rates: '*_rates.parquet' } };
      expect(await errorOf(nobody)).toMatchObject({
        hint: expect.stringContaining('a pattern without {payer}'),
      });
    }));
});
