/** Whole shares of a whole total, as near to the weights as whole numbers allow; they add up to the total. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  let weightSoFar = 0;
  let given = 0;
  return weights.map((weight, index) => {
    weightSoFar += weight;
    // the last takes what is left: a floating sum may fall short of the whole
    const due = index === weights.length - 1 ? total : Math.floor((total * weightSoFar) / sum);
    const share = due - given;
    given = due;
    return share;
  });
}
