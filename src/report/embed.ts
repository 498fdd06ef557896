import { legibleTexts } from './legible.js';

/** What could end a script element, begin a comment in it, or a line where JavaScript has one and JSON does not. */
const special = /[<>&\u2028\u2029]/g;

/** A value as JSON that may stand in a script element of a page, with all its texts legible. */
export function embed(value: unknown): string {
  return JSON.stringify(legibleTexts(value)).replaceAll(
    special,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
