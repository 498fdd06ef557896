/** Multiples of powers of ten, the more of them the more there is room for. */
const choices = [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]] as const;

/** Prices to name on a logarithmic axis: round ones, no more than there is room for. */
export function priceTicks([low, high]: readonly [number, number], most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const within = (multiples: readonly number[]) =>
    powers
      .flatMap((power) => multiples.map((multiple) => multiple * 10 ** power))
      .filter((price) => price >= low && price <= high);
  const fitting = choices.map(within).find((ticks) => ticks.length <= most);
  if (fitting && fitting.length < 2) return [low, high];
  if (fitting) return fitting;
  const step = Math.ceil(powers.length / most);
  return within([1]).filter((_, index) => index % step === 0);
}
