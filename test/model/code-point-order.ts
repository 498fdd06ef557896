/** Orders text by code point; `<` would order by UTF-16 unit and put U+1F600 before U+FFFD. */
export function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = codePointOf(left, index) - codePointOf(right, index);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function codePointOf(text: string, index: number): number {
  // the second half of a pair answers for itself, after two equal first halves
  return text.codePointAt(index) ?? 0;
}

/** The smaller of two texts of which either may be missing. */
export function smallerText(left: string | null, right: string | null): string | null {
  if (left === null) return right;
  if (right === null) return left;
  return compareCodePoints(left, right) <= 0 ? left : right;
}
