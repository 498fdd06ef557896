import { describe, expect, it } from 'vitest';
import { embed } from '../../../src/report/embed.js';

describe('embed', () => {
  it.each([
    '</script><script>alert(1)</script>',
    '<!-- <script>',
    ']]> & &lt;',
    'Aetna "Better" Health\'s \\ plan',
    'line\u2028paragraph\u2029end',
    'Ärzte 医療 👩‍⚕️ 🏥',
  ])('keeps %j as it is, and nothing of it in the page that could end the script', (text) => {
    const embedded = embed({ text, texts: [text] });
    expect(embedded).not.toMatch(/[<>&\u2028\u2029]/);
    const read = JSON.parse(embedded);
    const shown = text.replace('\u2028', '\\u2028').replace('\u2029', '\\u2029');
    expect(read).toEqual({ text: shown, texts: [shown] });
  });

  it('names what does not show, and what would turn the text around it', () => {
    expect(JSON.parse(embed('a\0b\u202Ec\u2066d\uFEFFe\x7Ff\ud800g'))).toBe(
      'a\\u0000b\\u202ec\\u2066d\\ufeffe\\u007ff\\ud800g',
    );
  });

  it('leaves numbers, truth and nothing alone', () => {
    expect(embed({ a: [1, 0.5, null, true] })).toBe('{"a":[1,0.5,null,true]}');
  });
});
