import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { checkSampleOptions, type SampleOptions } from '../../../src/sample/options.js';

const good: SampleOptions = {
  directory: 'anywhere',
  payer: 'blue-cross_2.0',
  state: 'Ga',
  period: '202512',
  rates: 0,
  providers: 1,
  seed: 4_294_967_295,
};

describe('checkSampleOptions', () => {
  it('takes what can be used', () => {
    expect(() => checkSampleOptions(good)).not.toThrow();
  });

  it.each<[Partial<SampleOptions>, string]>([
    [{ rates: -1 }, 'rates is -1: expected a whole number'],
    [{ rates: 1.5 }, 'rates is 1.5: expected a whole number'],
    [{ providers: Number.NaN }, 'providers is NaN: expected a whole number'],
    [{ providers: Number.POSITIVE_INFINITY }, 'providers is Infinity: expected a whole number'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296: expected a whole number from 0 to 4294967295'],
    [{ period: '202513' }, 'period is "202513": expected a month as YYYYMM'],
    [{ period: 'latest' }, 'period is "latest": expected a month as YYYYMM'],
    [{ state: 'Georgia' }, 'state is "Georgia": expected two letters'],
    [{ payer: '../aetna' }, 'payer is "../aetna": expected letters, digits, . _ -'],
    [{ payer: '--' }, 'payer is "--": expected letters, digits, . _ -'],
    [{ payer: '' }, 'payer is "": expected letters, digits, . _ -'],
  ])('refuses %o', (change, message) => {
    const check = () => checkSampleOptions({ ...good, ...change });
    expect(check).toThrow(message);
    expect(check).toThrow(EtlError);
  });
});
