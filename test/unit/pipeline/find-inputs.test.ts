import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type FoundInputs,
  findInputs,
  type InputRequest,
  payerPattern,
} from '../../../src/pipeline/find-inputs.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import { withFolder } from '../../support/load-pair.js';

const patterns = {
  rates: '{period}_{payer}_{state}_rates.parquet',
  providers: '{period}_{payer}_{state}_providers.parquet',
};

/** Looks for inputs in a folder with some empty files; paths come relative to it. */
function find(files: readonly string[], changes: Partial<InputRequest> = {}): Promise<FoundInputs> {
  return withFolder(async (folder) => {
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '');
    }
    const found = await findInputs({
      files: localFiles,
      payer: 'aetna',
      state: 'GA',
      period: 'latest',
      folder,
      patterns,
      named: {},
      providersOptional: false,
      ...changes,
    });
    const within = (paths: readonly string[]) => paths.map((path) => path.replace(`${folder}/`, ''));
    return { ...found, rates: within(found.rates), providers: within(found.providers) };
  });
}

const pairOf = (period: string, payer = 'aetna') => [
  `${period}_${payer}_ga_rates.parquet`,
  `${period}_${payer}_ga_providers.parquet`,
];

describe('the period', () => {
  it('is the newest that has both files', async () => {
    const files = [
      ...pairOf('202506'),
      ...pairOf('202507'),
      '202508_aetna_ga_rates.parquet',
      ...pairOf('202509', 'uhc'),
    ];
    expect(await find(files)).toEqual({
      period: '202507',
      rates: ['202507_aetna_ga_rates.parquet'],
      providers: ['202507_aetna_ga_providers.parquet'],
    });
  });

  it('is the newest with rates where providers are optional', async () => {
    const files = [...pairOf('202507'), '202508_aetna_ga_rates.parquet'];
    expect(await find(files, { providersOptional: true })).toEqual({
      period: '202508',
      rates: ['202508_aetna_ga_rates.parquet'],
      providers: [],
    });
  });

  it('is the one asked for', async () => {
    const files = [...pairOf('202507'), ...pairOf('202508')];
    expect((await find(files, { period: '202507' })).rates).toEqual(['202507_aetna_ga_rates.parquet']);
    await expect(find(files, { period: '202501' })).rejects.toMatchObject({ kind: 'input', exitCode: 66 });
  });

  it('is in the literal patterns of the predecessor', async () => {
    const literal = {
      rates: '202508_{payer}_ga_rates.parquet',
      providers: '202508_{payer}_ga_providers.parquet',
    };
    const files = [...pairOf('202508'), ...pairOf('202509')];
    expect(await find(files, { patterns: literal })).toEqual({
      period: '202508',
      rates: ['202508_aetna_ga_rates.parquet'],
      providers: ['202508_aetna_ga_providers.parquet'],
    });
  });

  it('may be told by the rates alone', async () => {
    const mixed = { ...patterns, providers: '{payer}_providers.parquet' };
    const files = [
      '202507_aetna_ga_rates.parquet',
      '202508_aetna_ga_rates.parquet',
      'aetna_providers.parquet',
    ];
    expect(await find(files, { patterns: mixed })).toEqual({
      period: '202508',
      rates: ['202508_aetna_ga_rates.parquet'],
      providers: ['aetna_providers.parquet'],
    });
  });
});

describe('the files', () => {
  it('may be several, in the order of their names', async () => {
    const globs = {
      rates: '{period}/{payer}_rates_*.parquet',
      providers: '{period}/**/{payer}_providers*.parquet',
    };
    const files = [
      '202508/aetna_rates_2.parquet',
      '202508/aetna_rates_10.parquet',
      '202508/aetna_rates_1.parquet',
      '202508/deep/aetna_rates_3.parquet',
      '202508/a/b/aetna_providers.parquet',
      '202508/aetna_providers_2.parquet',
      '202507/aetna_rates_1.parquet',
    ];
    expect(await find(files, { patterns: globs })).toEqual({
      period: '202508',
      rates: [
        '202508/aetna_rates_1.parquet',
        '202508/aetna_rates_10.parquet',
        '202508/aetna_rates_2.parquet',
      ],
      providers: ['202508/a/b/aetna_providers.parquet', '202508/aetna_providers_2.parquet'],
    });
  });

  it('are those of the payer by the letter, and of the state in lower case', async () => {
    const files = [...pairOf('202508', 'axb'), ...pairOf('202507', 'a.b'), '202509_a.b_GA_rates.parquet'];
    expect((await find(files, { payer: 'a.b' })).period).toBe('202507');
  });

  it('may be named one by one', async () => {
    await withFolder(async (folder) => {
      const named = { rates: join(folder, 'x', '202508_r.parquet'), providers: join(folder, 'p.parquet') };
      expect(await find([], { named })).toEqual({
        period: '202508',
        rates: [named.rates],
        providers: [named.providers],
      });
      const mixed = await find(pairOf('202507'), { named: { rates: named.rates }, period: '202507' });
      expect(mixed.rates).toEqual([named.rates]);
      expect(mixed.providers).toEqual(['202507_aetna_ga_providers.parquet']);
    });
  });
});

describe('a file that is missing', () => {
  it('is an error that names what was expected and what is there', async () => {
    await expect(find([...pairOf('202508', 'aetnaa'), ...pairOf('202508', 'uhc')])).rejects.toMatchObject({
      name: 'EtlError',
      kind: 'input',
      message: expect.stringMatching(
        /no rates file for payer aetna, state GA.*_aetna_ga_rates\.parquet.*aetnaa, uhc.*aetnaa/,
      ),
      hint: expect.stringContaining('--payer'),
    });
  });

  it('may be there of another state', async () => {
    const uhc = ['202508_uhc_tx_rates.parquet', '202508_uhc_fl_rates.parquet'];
    await expect(find([...pairOf('202508'), ...uhc], { payer: 'uhc' })).rejects.toThrow(
      /its rates files there are of state FL, TX$/,
    );
    await expect(find(pairOf('202508'), { payer: 'x', state: 'GX' })).rejects.toThrow(
      /the rates files there are of state GA; did you mean GA\?$/,
    );
  });

  it('is of the providers, with a hint', async () => {
    await expect(find(['202508_aetna_ga_rates.parquet'])).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/^no providers file for payer aetna.*aetna_ga_providers\.parquet/),
      hint: expect.stringContaining('providers: optional'),
    });
  });

  it('is where there is no folder, or none that matches', async () => {
    await expect(find([], { folder: '/nowhere/at/all' })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('there is no such folder'),
    });
    await expect(find(['notes.txt'])).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('no file there matches the pattern'),
    });
  });
});

describe('payerPattern', () => {
  it.each(['aetna', 'a.b-c_1', 'UHC', '..a', 'a..'])('takes %j', (payer) => {
    expect(payerPattern.test(payer)).toBe(true);
  });

  it.each(['', '.', '..', '../../etc', 'a/b', 'a\\b', 'a b', 'a*', 'é', 'a\n', 'a\0'])(
    'refuses %j',
    (payer) => {
      expect(payerPattern.test(payer)).toBe(false);
    },
  );
});
