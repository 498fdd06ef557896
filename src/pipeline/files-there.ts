import { existsSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { suggestion } from '../config/suggest.js';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import type { SourceName } from '../sources/sources.js';
import { compilePattern, type PatternValues } from './file-pattern.js';

/** Where files are looked for, and by what names. */
export interface Searched {
  readonly folder: string;
  readonly patterns: Readonly<Record<SourceName, string>>;
}

/** The period that stands for the newest. */
export const latest = 'latest';

export const step = 'looking for inputs';

/** The files whose names match a pattern, and what its placeholders without a value stand for. */
export function matches({ folder, patterns }: Searched, source: SourceName, values: PatternValues) {
  if (!existsSync(folder)) return [];
  const pattern = patterns[source];
  const expression = compilePattern(pattern, values);
  return filesIn(folder, pattern.includes('/'))
    .map((file) => file.replaceAll(sep, '/'))
    .sort()
    .flatMap((file) => {
      const match = expression.exec(file);
      return match ? [{ file, groups: match.groups ?? {} }] : [];
    });
}

function filesIn(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch (cause) {
    const reason = systemCodeOf(cause) === 'ENOTDIR' ? 'this is a file; expected a folder' : messageOf(cause);
    throw new EtlError('input', `${folder}: ${reason}`, {
      step,
      hint: 'check `input_dir` and `--data-root`',
      cause,
    });
  }
}

/** What a placeholder stands for in the names of the files that are there. */
export function valuesThere(
  searched: Searched,
  source: SourceName,
  placeholder: keyof PatternValues,
  values: PatternValues,
): string[] {
  return [...new Set(matches(searched, source, values).flatMap(({ groups }) => groups[placeholder] ?? []))];
}

/** States as they are in names of files, for a message about another one. */
export function listedStates(states: readonly string[], asked: string): string {
  const codes = states.map((state) => state.toUpperCase());
  return `state ${listed(codes)}${suggestion(asked, codes)}`;
}

/** Texts for a message, not more of them than people read. */
export function listed(texts: readonly string[], most = 10): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : '';
  return `${texts.slice(0, most).join(', ')}${more}`;
}
