import { describe, expect, it } from 'vitest';
import { labelled, WholeLines } from '../../../src/cli/whole-lines.js';

describe('WholeLines', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [
      ['a', 'b', '\n', 'c\nd', 'e\n\n'],
      ['ab', 'c', 'de', ''],
    ],
    [
      ['a\n', 'rest'],
      ['a', 'rest'],
    ],
    [['', '\n'], ['']],
    [['a\u2028b\r\n'], ['a\u2028b\r']],
    [[], []],
  ])('puts %j together', (pieces, lines) => {
    const whole = new WholeLines();
    expect([...pieces.flatMap((piece) => whole.add(piece)), ...whole.end()]).toEqual(lines);
    expect(whole.end()).toEqual([]);
  });

  it('gives the same lines wherever a text is cut', () => {
    const text = 'one\ntwo {"a": 1}\n\nthree';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const whole = new WholeLines();
      const lines = [...whole.add(text.slice(0, cut)), ...whole.add(text.slice(cut)), ...whole.end()];
      expect(lines).toEqual(text.split('\n'));
    }
  });
});

describe('labelled', () => {
  it.each([
    ['Finished merge in 0.3 seconds', 'aetna: Finished merge in 0.3 seconds'],
    ['etl1: warning: aetna: 3 rates of 0', 'etl1: warning: aetna: 3 rates of 0'],
    ['etl1: warning: logs/x.log cannot be written', 'aetna: etl1: warning: logs/x.log cannot be written'],
  ])('case %#', (line, told) => expect(labelled(line, 'aetna')).toBe(told));
});
