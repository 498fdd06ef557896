/** Characters that do not show, or that turn the text around them: a page names them instead. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** A text of unknown origin as a page may show it. Joiners stay: emoji and some scripts are made with them. */
export function legible(text: string): string {
  return text.replaceAll(unseen, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same of all texts in a value. Names of keys are our own. */
export function legibleTexts(value: unknown): unknown {
  if (typeof value === 'string') return legible(value);
  if (Array.isArray(value)) return value.map(legibleTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, legibleTexts(one)]));
}
