import { suggestion } from '../config/suggest.js';
import type { SourceName } from '../sources/sources.js';
import { compilePattern, type PatternValues } from './file-pattern.js';
import type { InputFiles } from './input-files.js';

/** Where files are looked for, and by what names. */
export interface Searched {
  readonly files: Pick<InputFiles, 'list'>;
  readonly folder: string;
  readonly patterns: Readonly<Record<SourceName, string>>;
}

/** The period that stands for the newest. */
export const latest = 'latest';

export const step = 'looking for inputs';

/** A file whose name matches a pattern, and what the placeholders without a value stand for in it. */
export interface Match {
  readonly file: string;
  readonly groups: Readonly<Record<string, string>>;
}

/** The files whose names match a pattern, in the order of their names. */
export async function matches(
  { files, folder, patterns }: Searched,
  source: SourceName,
  values: PatternValues,
): Promise<Match[]> {
  const pattern = patterns[source];
  const expression = compilePattern(pattern, values);
  const names = (await files.list(folder, pattern.includes('/'))) ?? [];
  return names.toSorted().flatMap((file) => {
    const match = expression.exec(file);
    return match ? [{ file, groups: match.groups ?? {} }] : [];
  });
}

/** What a placeholder stands for in the names of the files that are there. */
export async function valuesThere(
  searched: Searched,
  source: SourceName,
  placeholder: keyof PatternValues,
  values: PatternValues,
): Promise<string[]> {
  const found = await matches(searched, source, values);
  return [...new Set(found.flatMap(({ groups }) => groups[placeholder] ?? []))];
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
