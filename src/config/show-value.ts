const longestText = 100;

/** A value of any shape as a message may quote it: short, on one line, whatever a configuration file holds. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > longestText ? `${value.slice(0, longestText)}…` : value);
  }
  if (value === null || value === undefined) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}
