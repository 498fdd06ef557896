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

/** The share of a part in percent, rounded down: all of it is 100.0%, and nothing less. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)}%`;
}
