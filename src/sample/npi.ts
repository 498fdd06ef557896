import { pickBelow, type Random } from './random.js';

/** The digit that makes a National Provider Identifier pass the Luhn check with its prefix 80840. */
export function checkDigitOf(firstNineDigits: string): number {
  let sum = 0;
  [...`80840${firstNineDigits}`].reverse().forEach((character, index) => {
    const digit = Number(character);
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return (10 - (sum % 10)) % 10;
}

/** Ten digits that pass the check. They begin with 2: valid, but not issued so far, so no real provider is named. */
export function makeNpi(random: Random): string {
  const firstNine = `2${String(pickBelow(random, 1e8)).padStart(8, '0')}`;
  return firstNine + checkDigitOf(firstNine);
}

/** Nine digits in the form of an employer's tax number; no real one begins with 00. */
export function makeEin(random: Random): string {
  return `00${String(pickBelow(random, 1e7)).padStart(7, '0')}`;
}
