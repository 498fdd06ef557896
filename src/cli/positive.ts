import { InvalidArgumentError } from 'commander';

/** A whole number from 1, as people write one: also `50_000`. */
export function positive(text: string): number {
  const number = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number from 1');
  return number;
}
