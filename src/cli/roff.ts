/** A manual page in the macros of man(7), as a list of lines. */
export type Roff = readonly string[];

const special: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/** Text as it is: signs that the formatter would take for a command, or print as another one, are named instead. */
export function literal(text: string): string {
  return text
    .replaceAll(/[\\\-'"`^~]/g, (sign) => special[sign] ?? sign)
    .replaceAll(
      /[^\x20-\x7e]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^\./, '\\&.');
}

export function bold(text: string): string {
  return `\\fB${literal(text)}\\fR`;
}

/** A sentence, in which what stands between backquotes is to be typed. */
export function prose(text: string): string {
  const parts = text.split(/`([^`]*)`/);
  return parts.map((part, index) => (index % 2 === 1 ? bold(part) : literal(part))).join('');
}

export function title(name: string, section: number, source: string): Roff {
  return [`.TH ${name.toUpperCase()} ${section} "" "${literal(source)}" "User Commands"`];
}

export function heading(text: string): Roff {
  return [`.SH ${literal(text.toUpperCase())}`];
}

export function subheading(text: string): Roff {
  return [`.SS ${literal(text)}`];
}

export function paragraph(text: string): Roff {
  return ['.PP', prose(text)];
}

/** A term, and what it is. */
export function tagged(term: string, text: string): Roff {
  return ['.TP', bold(term), prose(text)];
}

/** Lines that are kept as they are. */
export function example(lines: readonly string[]): Roff {
  return ['.PP', '.RS 4', '.nf', ...lines.map(literal), '.fi', '.RE'];
}
