/** The middle of some numbers. */
export function medianOf(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const leastOf = (values) => Math.min(...values);

export const largestOf = (values) => Math.max(...values);
