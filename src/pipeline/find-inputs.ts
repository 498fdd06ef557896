import { basename } from 'node:path';
import { placeIn, placeOf } from '../config/address.js';
import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';
import type { SourceName } from '../sources/sources.js';
import { type PatternValues, showPattern } from './file-pattern.js';
import { latest, listed, listedStates, matches, type Searched, step, valuesThere } from './files-there.js';

/** Files that are named one by one. */
export type NamedFiles = Readonly<Partial<Record<SourceName, string | undefined>>>;

export interface InputRequest extends Searched {
  readonly payer: string;
  /** Two letters. */
  readonly state: string;
  /** `yyyymm`, or `latest`. */
  readonly period: string;
  /** Files named one by one, which no pattern is asked for. */
  readonly named: NamedFiles;
  readonly providersOptional: boolean;
}

/** The files of one load. */
export interface FoundInputs {
  readonly period: string;
  readonly rates: readonly string[];
  readonly providers: readonly string[];
}

type FilesByPeriod = ReadonlyMap<string, readonly string[]>;

/** A payer's name as it may stand in a file name: nothing that leaves the input folder. */
export const payerPattern = /^(?!\.+$)[A-Za-z0-9._-]+$/;

/** Checks what was given as a payer, under some name. Throws `usage`. */
export function checkPayerName(
  payer: unknown,
  given: { readonly name: string; readonly step: string },
): void {
  if (typeof payer === 'string' && payerPattern.test(payer)) return;
  throw new EtlError(
    'usage',
    `${given.name}: expected letters, digits, ".", "_" and "-"; found ${JSON.stringify(payer)}`,
    { step: given.step, hint: 'the payer is the part of the file names that {payer} stands for' },
  );
}

/** Finds the files of a payer, state and period (data contract, section 2). Throws `input` that says what there is. */
export async function findInputs(request: InputRequest): Promise<FoundInputs> {
  const rates = await filesByPeriod(request, 'rates');
  const providers = await filesByPeriod(request, 'providers');
  const period = pickPeriod(request, rates, providers);
  const filesOf = (files: FilesByPeriod) => files.get(period) ?? files.get(anyPeriod) ?? [];
  const found = { rates: filesOf(rates), providers: filesOf(providers) };
  if (found.rates.length === 0) throw await missing(request, 'rates', period);
  if (found.providers.length === 0 && !request.providersOptional)
    throw await missing(request, 'providers', period);
  return { period, ...found };
}

/** Stands for the period of files whose names do not tell it: they serve every period. */
const anyPeriod = '';

async function filesByPeriod(request: InputRequest, source: SourceName): Promise<FilesByPeriod> {
  const named = request.named[source];
  if (named !== undefined) return new Map([[anyPeriod, [placeOf(named)]]]);
  const byPeriod = new Map<string, string[]>();
  for (const { file, groups } of await matches(request, source, valuesOf(request))) {
    const period = groups['period'] ?? anyPeriod;
    byPeriod.set(period, [...(byPeriod.get(period) ?? []), placeIn(request.folder, file)]);
  }
  return byPeriod;
}

function valuesOf({ payer, state }: InputRequest): Required<Pick<PatternValues, 'payer' | 'state'>> {
  return { payer, state: state.toLowerCase() };
}

/**
 * The period asked for. The latest is the month in the name of a file that serves every period, so that the other
 * source is not taken from another month; else the newest that has both files, or only rates where providers are
 * optional; else, so that the message is about the file that is missing, the newest that has rates.
 */
function pickPeriod(
  { period, providersOptional }: InputRequest,
  rates: FilesByPeriod,
  providers: FilesByPeriod,
): string {
  if (period !== latest) return period;
  const told = monthIn(rates.get(anyPeriod)) ?? monthIn(providers.get(anyPeriod));
  if (told !== undefined) return told;
  const has = (files: FilesByPeriod, candidate: string) => files.has(candidate) || files.has(anyPeriod);
  const periods = [...rates.keys(), ...providers.keys()]
    .filter((candidate) => candidate !== anyPeriod)
    .sort();
  const complete = periods.filter(
    (candidate) => has(rates, candidate) && (providersOptional || has(providers, candidate)),
  );
  return complete.at(-1) ?? periods.findLast((candidate) => rates.has(candidate)) ?? period;
}

function monthIn([first = '']: readonly string[] = []): string | undefined {
  return /20[0-9]{2}(?:0[1-9]|1[0-2])/.exec(basename(first))?.[0];
}

async function missing(request: InputRequest, source: SourceName, period: string): Promise<EtlError> {
  const { payer, state, folder, patterns } = request;
  const values = { ...valuesOf(request), ...(period === latest ? {} : { period }) };
  const expected = placeIn(folder, showPattern(patterns[source], values));
  const hint =
    source === 'providers'
      ? 'if this payer publishes no providers, set `providers: optional`; else name the file with `--providers-file`'
      : 'check `--payer`, `--state`, `--period` and `--data-root`, or name the file with `--rates-file`';
  return new EtlError(
    'input',
    `no ${source} file for payer ${payer}, state ${state}, period ${period}: expected ${expected}; ${await whatIsThere(request, source)}`,
    { step, hint },
  );
}

async function whatIsThere(request: InputRequest, source: SourceName): Promise<string> {
  if ((await request.files.list(request.folder, false)) === null) return 'there is no such folder';
  const { payer, state } = valuesOf(request);
  const periods = await valuesThere(request, source, 'period', { payer, state });
  if (periods.length > 0) return `its ${source} files there are of ${listed(periods)}`;
  const ownStates = await valuesThere(request, source, 'state', { payer });
  if (ownStates.length > 0) return `its ${source} files there are of ${listedStates(ownStates, state)}`;
  const payers = await valuesThere(request, source, 'payer', { state });
  if (payers.length > 0) return `payers found: ${listed(payers)}${suggestion(request.payer, payers)}`;
  const states = await valuesThere(request, source, 'state', {});
  if (states.length > 0) return `the ${source} files there are of ${listedStates(states, state)}`;
  return 'no file there matches the pattern, whatever the payer';
}
