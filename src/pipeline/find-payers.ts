import { placeIn } from '../config/address.js';
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
export async function findPayers(searched: Searched, slice: Slice): Promise<string[]> {
  const payers = await valuesThere(searched, 'rates', 'payer', valuesOf(slice));
  return payers.filter((payer) => payerPattern.test(payer)).sort();
}

/** The same where there is to be at least one. Throws `input` that says what there is. */
export async function findSomePayers(searched: Searched, slice: Slice): Promise<string[]> {
  const payers = await findPayers(searched, slice);
  if (payers.length === 0) throw await noPayer(searched, slice);
  return payers;
}

function valuesOf({ state, period }: Slice) {
  return { state: state.toLowerCase(), ...(period === latest ? {} : { period }) };
}

async function noPayer(searched: Searched, slice: Slice): Promise<EtlError> {
  const pattern = searched.patterns.rates;
  const expected = placeIn(searched.folder, showPattern(pattern, valuesOf(slice)));
  const hint = pattern.includes('{payer}')
    ? 'check `--state`, `--period`, `--data-root` and `rates_file_pattern`; `etl1 sample` writes files to try'
    : 'a pattern without {payer} does not tell whose a file is: name the payer with `--payer`, or mend `rates_file_pattern`';
  return new EtlError(
    'input',
    `no payer has rates of state ${slice.state}, period ${slice.period}: expected ${expected}; ${await whatIsThere(searched, slice)}`,
    { step, hint },
  );
}

async function whatIsThere(searched: Searched, { state }: Slice): Promise<string> {
  if ((await searched.files.list(searched.folder, false)) === null) return 'there is no such folder';
  const asked = state.toLowerCase();
  const periods = await valuesThere(searched, 'rates', 'period', { state: asked });
  if (periods.length > 0) return `the rates files there are of ${listed(periods)}`;
  const states = await valuesThere(searched, 'rates', 'state', {});
  if (states.length > 0) return `the rates files there are of ${listedStates(states, asked)}`;
  return 'no file there matches the pattern';
}
