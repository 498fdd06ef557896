/** What the placeholders of a file pattern stand for; one that is left out may be anything of its kind. */
export interface PatternValues {
  readonly payer?: string;
  /** Lower case. */
  readonly state?: string;
  /** `yyyymm` */
  readonly period?: string;
}

/**
 * A file pattern (data contract, section 2) as a regular expression: `{payer}`, `{state}`, `{period}`, `*` within a
 * name and `**` across folders, or none. Placeholders without a value become groups of their names.
 */
export function compilePattern(pattern: string, { payer, state, period }: PatternValues): RegExp {
  const seen = new Set<string>();
  const placeholder = (name: string, value: string | undefined, any: string): string => {
    if (value !== undefined) return literally(value);
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>${any})`;
  };
  const source = pattern
    .split(/(\{payer\}|\{state\}|\{period\}|(?<![^/])\*\*\/|\*+)/)
    .map((part) => {
      if (part === '{payer}') return placeholder('payer', payer, '[A-Za-z0-9._-]+?');
      if (part === '{period}') return placeholder('period', period, '[0-9]{6}');
      if (part === '{state}') return placeholder('state', state, '[a-z]{2}');
      if (part === '**/') return '(?:.*/)?';
      if (/^\*+$/.test(part)) return part === '*' ? '[^/]*' : '.*';
      return literally(part);
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** A pattern with its values put in, to be shown. */
export function showPattern(pattern: string, { payer, state, period }: PatternValues): string {
  return pattern
    .replaceAll('{state}', state ?? '{state}')
    .replaceAll('{payer}', payer ?? '{payer}')
    .replaceAll('{period}', period ?? '{period}');
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
