import { EtlError } from '../errors.js';

export interface SampleOptions {
  /** Where the two files go; made if it is not there. */
  readonly directory: string;
  /** Names the files and, title-cased, the publishing entity. */
  readonly payer: string;
  /** Two letters, in any case. */
  readonly state: string;
  /** `YYYYMM` */
  readonly period: string;
  /** Rows of each file. */
  readonly rates: number;
  readonly providers: number;
  /** 0 to 2^32 - 1: the same seed gives the same rows. */
  readonly seed: number;
}

const largestSeed = 2 ** 32 - 1;

/** Throws a usage error that names the first option that cannot be used. */
export function checkSampleOptions(options: SampleOptions): void {
  checkText('payer', options.payer, /^[A-Za-z0-9._-]*[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, . _ -');
  checkText('state', options.state, /^[A-Za-z]{2}$/, 'two letters');
  checkText('period', options.period, /^20[0-9]{2}(0[1-9]|1[0-2])$/, 'a month as YYYYMM');
  checkWhole('rates', options.rates, Number.MAX_SAFE_INTEGER);
  checkWhole('providers', options.providers, Number.MAX_SAFE_INTEGER);
  checkWhole('seed', options.seed, largestSeed);
}

function checkText(name: string, value: string, pattern: RegExp, expected: string): void {
  if (!pattern.test(value)) fail(name, JSON.stringify(value), expected);
}

function checkWhole(name: string, value: number, largest: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > largest) {
    fail(name, String(value), `a whole number from 0 to ${largest}`);
  }
}

function fail(name: string, found: string, expected: string): never {
  throw new EtlError('usage', `${name} is ${found}: expected ${expected}`, { step: 'making a sample' });
}
