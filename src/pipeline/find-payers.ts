import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EtlError } from '../errors.js';
import { showPattern } from './file-pattern.js';
import { latest, listed, listedStates, type Searched, step, valuesThere } from './files-there.js';
import { payerPattern } from './find-inputs.js';

/** What rates are looked for, whichever payer's. */
interface Slice {
  /** Two letters. */
  readonly state: string;
  /** `yyyymm`, or `latest` for any. */
  readonly period: string;
}

/** The payers that have rates files of a state and period, sorted. A file whose name tells no period serves every one. */
export function findPayers(searched: Searched, slice: Slice): string[] {
  const payers = valuesThere(searched, 'rates', 'payer', valuesOf(slice));
  return payers.filter((payer) => payerPattern.test(payer)).sort();
}

/** The same where there is to be at least one. Throws `input` that says what there is. */
export function findSomePayers(searched: Searched, slice: Slice): string[] {
  const payers = findPayers(searched, slice);
  if (payers.length === 0) throw noPayer(searched, slice);
  return payers;
}

function valuesOf({ state, period }: Slice) {
  return { state: state.toLowerCase(), ...(period === latest ? {} : { period }) };
}

function noPayer(searched: Searched, slice: Slice): EtlError {
  const pattern = searched.patterns.rates;
  const expected = join(searched.folder, showPattern(pattern, valuesOf(slice)));
  const hint = pattern.includes('{payer}')
    ? 'check `--state`, `--period`, `--data-root` and `rates_file_pattern`; `etl1 sample` writes files to try'
    : 'a pattern without {payer} does not tell whose a file is: name the payer with `--payer`, or mend `rates_file_pattern`';
  return new EtlError(
    'input',
    `no payer has rates of state ${slice.state}, period ${slice.period}: expected ${expected}; ${whatIsThere(searched, slice)}`,
    { step, hint },
  );
}

function whatIsThere(searched: Searched, { state }: Slice): string {
  if (!existsSync(searched.folder)) return 'there is no such folder';
  const asked = state.toLowerCase();
  const periods = valuesThere(searched, 'rates', 'period', { state: asked });
  if (periods.length > 0) return `the rates files there are of ${listed(periods)}`;
  const states = valuesThere(searched, 'rates', 'state', {});
  if (states.length > 0) return `the rates files there are of ${listedStates(states, asked)}`;
  return 'no file there matches the pattern';
}
