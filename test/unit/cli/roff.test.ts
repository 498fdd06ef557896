import { describe, expect, it } from 'vitest';
import { example, literal, prose, tagged } from '../../../src/cli/roff.js';

describe('literal', () => {
  it.each([
    ['--dry-run', '\\-\\-dry\\-run'],
    ['.hidden', '\\&.hidden'],
    ['\'x\' "y"', '\\(aqx\\(aq \\(dqy\\(dq'],
    ['a\\b', 'a\\eb'],
    ['`a` ^ ~', '\\(gaa\\(ga \\(ha \\(ti'],
    ['… é 😀', '\\[u2026] \\[u00E9] \\[u1F600]'],
  ])('of %j', (text, roff) => expect(literal(text)).toBe(roff));
});

describe('the macros', () => {
  it('set in bold what is to be typed', () => {
    expect(prose('see `etl1 runs`, then go')).toBe('see \\fBetl1 runs\\fR, then go');
    expect(tagged('-q', 'be quiet')).toEqual(['.TP', '\\fB\\-q\\fR', 'be quiet']);
    expect(example(['.a'])).toEqual(['.PP', '.RS 4', '.nf', '\\&.a', '.fi', '.RE']);
  });
});
