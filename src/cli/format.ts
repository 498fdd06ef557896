/** A count with thousands separators, the same in every locale. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** A count of things, one or many. */
export function counted(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** Bytes in the largest unit that leaves a number of at least one. */
export function bytes(number: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = number < 1 ? 0 : Math.min(Math.floor(Math.log(number) / Math.log(1000)), units.length - 1);
  return `${power === 0 ? number : (number / 1000 ** power).toFixed(1)} ${units[power]}`;
}

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
