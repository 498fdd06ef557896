import { describe, expect, it } from 'vitest';
import { compilePattern, showPattern } from '../../../src/pipeline/file-pattern.js';

const standard = '{period}_{payer}_{state}_rates.parquet';
const aetna = { payer: 'aetna', state: 'ga', period: '202508' };

describe('compilePattern', () => {
  it.each<[pattern: string, file: string, matches: boolean]>([
    [standard, '202508_aetna_ga_rates.parquet', true],
    [standard, '202507_aetna_ga_rates.parquet', false],
    [standard, '202508_aetna_tx_rates.parquet', false],
    [standard, '202508_aetna_ga_providers.parquet', false],
    [standard, '202508_AETNA_ga_rates.parquet', false],
    [standard, 'x202508_aetna_ga_rates.parquet', false],
    [standard, '202508_aetna_ga_ratesxparquet', false],
    [standard, '202508_aetna_ga_rates.parquet.tmp', false],
    [standard, '202508_aetna_ga_rates.parquet\n', false],
    ['202508_{payer}_ga_rates.parquet', '202508_aetna_ga_rates.parquet', true],
    ['{payer}_*.parquet', 'aetna_.parquet', true],
    ['{payer}_*.parquet', 'aetna_1_2.parquet', true],
    ['{payer}_*.parquet', 'aetna_a/b.parquet', false],
    ['{payer}/*.parquet', 'aetna/part-0.parquet', true],
    ['{payer}/*.parquet', 'aetna/deep/part-0.parquet', false],
    ['{payer}/**/*.parquet', 'aetna/deep/er/part-0.parquet', true],
    ['{payer}/**/*.parquet', 'aetna/part-0.parquet', true],
    ['{payer}/**/*.parquet', 'aetnax/part-0.parquet', false],
    ['**/{payer}.parquet', 'aetna.parquet', true],
    ['**/{payer}.parquet', 'a/b/aetna.parquet', true],
    ['**/{payer}.parquet', 'a/b/xaetna.parquet', false],
    ['{payer}**.parquet', 'aetna/x/y.parquet', true],
    ['{payer}/{payer}.parquet', 'aetna/aetna.parquet', true],
    ['a+(b)[c]^$|?\\{x}.parquet', 'a+(b)[c]^$|?\\{x}.parquet', true],
    ['a.b.parquet', 'axb.parquet', false],
  ])('%s and %j', (pattern, file, matches) => {
    expect(compilePattern(pattern, aetna).test(file)).toBe(matches);
  });

  it('takes a payer by the letter', () => {
    const compiled = compilePattern(standard, { ...aetna, payer: 'a.b-c_1' });
    expect(compiled.test('202508_a.b-c_1_ga_rates.parquet')).toBe(true);
    expect(compiled.test('202508_axb-c_1_ga_rates.parquet')).toBe(false);
  });

  it('finds the payer and the period that it was not told', () => {
    const groupsOf = (pattern: string, file: string) => ({
      ...compilePattern(pattern, { state: 'ga' }).exec(file)?.groups,
    });
    expect(groupsOf(standard, '202508_blue_cross-ga_ga_rates.parquet')).toEqual({
      period: '202508',
      payer: 'blue_cross-ga',
    });
    expect(groupsOf('{payer}/{period}/{payer}.parquet', 'a/202508/a.parquet')).toEqual({
      period: '202508',
      payer: 'a',
    });
    expect(groupsOf('{payer}/{payer}.parquet', 'a/b.parquet')).toEqual({});
  });
});

describe('showPattern', () => {
  it('puts in what is known', () => {
    expect(showPattern(standard, aetna)).toBe('202508_aetna_ga_rates.parquet');
    expect(showPattern(standard, { state: 'ga', payer: 'aetna' })).toBe('{period}_aetna_ga_rates.parquet');
    expect(showPattern('{state}/{state}/{payer}', { state: 'ga' })).toBe('ga/ga/{payer}');
  });
});
