import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines } from '../../../src/cli/printable.js';

describe('printableJson', () => {
  it.each([
    ['plain', '"plain"'],
    ['Grüße, 東京 😀', '"Grüße, 東京 😀"'],
    ['a\tb\nc\u0000', '"a\\tb\\nc\\u0000"'],
    ['\u001b]0;title\u0007', '"\\u001b]0;title\\u0007"'],
    ['\u007f\u009b31m', '"\\u007f\\u009b31m"'],
    ['\u202eabc\u2066\u200b\ufeff\u2028', '"\\u202eabc\\u2066\\u200b\\ufeff\\u2028"'],
    ['\u{e0041}', '"\\udb40\\udc41"'],
    [null, 'null'],
  ])('escapes what a terminal would obey or hide in %j, and nothing else', (value, shown) => {
    expect(printableJson(value)).toBe(shown);
    expect(JSON.parse(printableJson(value))).toBe(value);
  });

  it('keeps the lines of indented JSON', () => {
    expect(printableJson({ a: ['\u009b'] }, 2)).toBe('{\n  "a": [\n    "\\u009b"\n  ]\n}');
  });
});

describe('printable', () => {
  it.each([
    ['plain é 漢 😀', 'plain é 漢 😀'],
    ['a\r\n\tb', 'a\\u000d\\u000a\\u0009b'],
    ['\u009b31m\u202e\u{e0041}', '\\u009b31m\\u202e\\udb40\\udc41'],
    ['\ud800', '\\ud800'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves line breaks to text that has lines', () => {
    expect(printableLines('a\n\u001bb\r\n')).toBe('a\n\\u001bb\\u000d\n');
  });
});
