/** The text of a finite double as an id or a code: never an exponent, no fraction where there is none. */
export function textOfDouble(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : positional(String(value));
}

/** `1.5e-7` as `0.00000015`; a double that is no integer is below 2^53, so its exponent is never positive. */
function positional(shortest: string): string {
  const parts = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(shortest);
  if (parts === null) return shortest;
  const [, sign = '', first = '', rest = '', exponent = ''] = parts;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${first}${rest}`;
}
