/** Characters that a terminal obeys or does not show: controls, marks that turn or hide text, halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text of unknown origin that is safe to show: what a terminal would obey is escaped, as in JSON. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, escapeCharacter);
}

/** The same of text whose line breaks are meant. */
export function printableLines(text: string): string {
  return text.replaceAll(unprintable, (found) => (found === '\n' ? found : escapeCharacter(found)));
}

/** JSON that is safe to show: what a terminal would obey is escaped, also where JSON does not ask for it. */
export function printableJson(value: unknown, indent?: number): string {
  return printableLines(JSON.stringify(value, null, indent));
}

function escapeCharacter(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
