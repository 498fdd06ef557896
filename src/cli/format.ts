import { printableJson } from './printable.js';

export { bytes, count, counted, share } from '../numbers.js';

/** Lines of aligned columns: the first is text, the others are numbers or short texts set to the right. */
export function alignColumns(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return (indent + cells.join('  ')).trimEnd();
  });
}

/** Lines of aligned columns of text, of which the last may be of any length. */
export function alignLeft(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
    );
    return (indent + cells.join('  ')).trimEnd();
  });
}

const widest = 120;

/** Items with commas between them, after a head, in lines of bounded width; those after the first are set in under the first. */
export function wrap(head: string, items: readonly string[]): string[] {
  const indent = ' '.repeat(head.length - head.trimStart().length + 2);
  const lines = [head];
  for (const [index, item] of items.entries()) {
    const word = index < items.length - 1 ? `${item}, ` : item;
    const line = lines.at(-1) ?? '';
    if (line.trim() !== '' && (line + word).trimEnd().length > widest) lines.push(indent + word);
    else lines.splice(-1, 1, line + word);
  }
  return lines.map((line) => line.trimEnd());
}

/** A text of an input as a terminal may show it: as it is where it is plain, else in quotes. */
export function quoted(text: string | number | null | undefined): string {
  if (text === null || text === undefined) return 'null';
  if (/^[\w.:-][\w .:-]*$/.test(String(text))) return String(text);
  return printableJson(text);
}
