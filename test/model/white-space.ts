// not trim(): it cuts U+FEFF, which is not white space in Unicode, and leaves U+0085, which is
const onlyWhiteSpace = /^\p{White_Space}*$/u;
const outerWhiteSpace = /^\p{White_Space}+|\p{White_Space}+$/gu;

/** Whether text is empty or holds nothing but Unicode white space. */
export function isBlankText(text: string): boolean {
  return onlyWhiteSpace.test(text);
}

/** Text without the Unicode white space at its ends. */
export function trimWhiteSpace(text: string): string {
  return text.replace(outerWhiteSpace, '');
}
