import { compareCodePoints } from './code-point-order.js';
import type { InputValue } from './input-value.js';
import { isList } from './input-value.js';
import { textOfScalar } from './text-of-scalar.js';

const separators = /[[\]{}()'"`;,|\p{White_Space}]+/u;
const wordsForNothing = ['', 'none', 'null', 'nan'];

/** The place-of-service codes in a cell of `service_codes`: unique, sorted by code point. */
export function posMembersOf(serviceCodes: InputValue): string[] {
  const texts = isList(serviceCodes)
    ? serviceCodes.map((element) => element ?? '')
    : [textOfScalar(serviceCodes)];
  const tokens = texts.flatMap((text) => text.split(separators));
  const members = tokens.filter((token) => !wordsForNothing.includes(token.toLowerCase()));
  return [...new Set(members)].sort(compareCodePoints);
}
