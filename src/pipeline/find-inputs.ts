import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { suggestion } from '../config/suggest.js';
import { EtlError } from '../errors.js';
import type { SourceName } from '../sources/sources.js';
import { compilePattern, type PatternValues, showPattern } from './file-pattern.js';

export interface InputRequest {
  readonly payer: string;
  /** Two letters. */
  readonly state: string;
  /** `yyyymm`, or `latest`. */
  readonly period: string;
  readonly folder: string;
  readonly patterns: Readonly<Record<SourceName, string>>;
  /** Files named one by one, which no pattern is asked for. */
  readonly named: Readonly<Partial<Record<SourceName, string>>>;
  readonly providersOptional: boolean;
}

/** The files of one load. */
export interface FoundInputs {
  readonly period: string;
  readonly rates: readonly string[];
  readonly providers: readonly string[];
}

type FilesByPeriod = ReadonlyMap<string, readonly string[]>;

const latest = 'latest';
const step = 'looking for inputs';

/** A payer's name as it may stand in a file name: nothing that leaves the input folder. */
export const payerPattern = /^(?!\.+$)[A-Za-z0-9._-]+$/;

/** Finds the files of a payer, state and period (data contract, section 2). Throws `input` that says what there is. */
export function findInputs(request: InputRequest): FoundInputs {
  const rates = filesByPeriod(request, 'rates');
  const providers = filesByPeriod(request, 'providers');
  const period = pickPeriod(request, rates, providers);
  const filesOf = (files: FilesByPeriod) => files.get(period) ?? files.get(anyPeriod) ?? [];
  const found = { rates: filesOf(rates), providers: filesOf(providers) };
  if (found.rates.length === 0) throw missing(request, 'rates', period);
  if (found.providers.length === 0 && !request.providersOptional) throw missing(request, 'providers', period);
  return { period: labelOf(period, found.rates), ...found };
}

/** Stands for the period of files whose names do not tell it: they serve every period. */
const anyPeriod = '';

function filesByPeriod(request: InputRequest, source: SourceName): FilesByPeriod {
  const named = request.named[source];
  if (named !== undefined) return new Map([[anyPeriod, [resolve(named)]]]);
  const byPeriod = new Map<string, string[]>();
  for (const { file, groups } of matches(request, source, valuesOf(request))) {
    const period = groups['period'] ?? anyPeriod;
    byPeriod.set(period, [...(byPeriod.get(period) ?? []), join(request.folder, file)]);
  }
  return byPeriod;
}

function valuesOf({ payer, state }: InputRequest): PatternValues {
  return { payer, state: state.toLowerCase() };
}

function matches({ folder, patterns }: InputRequest, source: SourceName, values: PatternValues) {
  if (!existsSync(folder)) return [];
  const pattern = patterns[source];
  const expression = compilePattern(pattern, values);
  const files = readdirSync(folder, { recursive: pattern.includes('/'), encoding: 'utf8' });
  return files
    .map((file) => file.replaceAll(sep, '/'))
    .sort()
    .flatMap((file) => {
      const match = expression.exec(file);
      return match ? [{ file, groups: match.groups ?? {} }] : [];
    });
}

/** The period asked for, or the newest that has both files; the newest with rates where providers are optional. */
function pickPeriod(
  { period, providersOptional }: InputRequest,
  rates: FilesByPeriod,
  providers: FilesByPeriod,
): string {
  if (period !== latest) return period;
  const isComplete = (candidate: string) =>
    providersOptional || providers.has(candidate) || providers.has(anyPeriod);
  const complete = [...rates.keys()]
    .filter((candidate) => candidate !== anyPeriod && isComplete(candidate))
    .sort();
  return complete.at(-1) ?? period;
}

/** What a run calls its period: where no pattern tells it, the month in the file's name, if there is one. */
function labelOf(period: string, [first = '']: readonly string[]): string {
  if (period !== latest) return period;
  return /20[0-9]{2}(?:0[1-9]|1[0-2])/.exec(basename(first))?.[0] ?? period;
}

function missing(request: InputRequest, source: SourceName, period: string): EtlError {
  const { payer, state, folder, patterns } = request;
  const values = { ...valuesOf(request), ...(period === latest ? {} : { period }) };
  const expected = join(folder, showPattern(patterns[source], values));
  const hint =
    source === 'providers'
      ? 'if this payer publishes no providers, set `providers: optional`'
      : 'check `--payer`, `--state`, `--period` and `--data-root`, or name the file with `--rates-file`';
  return new EtlError(
    'input',
    `no ${source} file for payer ${payer}, state ${state}, period ${period}: expected ${expected}; ${whatIsThere(request, source)}`,
    { step, hint },
  );
}

function whatIsThere(request: InputRequest, source: SourceName): string {
  if (!existsSync(request.folder)) return 'there is no such folder';
  const { state } = valuesOf(request);
  const payers = [
    ...new Set(matches(request, source, { state }).flatMap(({ groups }) => groups['payer'] ?? [])),
  ];
  if (payers.includes(request.payer)) return 'this payer has files of other periods or only one of the two';
  if (payers.length > 0)
    return `payers found: ${payers.slice(0, 10).join(', ')}${suggestion(request.payer, payers)}`;
  return 'no file there matches the pattern';
}
