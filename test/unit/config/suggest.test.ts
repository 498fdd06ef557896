import { describe, expect, it } from 'vitest';
import { settingNames } from '../../../src/config/settings.js';
import { showValue } from '../../../src/config/show-value.js';
import { nearest, suggestion } from '../../../src/config/suggest.js';

describe('nearest', () => {
  it.each([
    ['aetnaa', ['aetna', 'uhc'], 'aetna'],
    ['Aetna', ['aetna', 'uhc'], 'aetna'],
    ['uhx', ['aetna', 'uhc'], 'uhc'],
    ['cigna', ['aetna', 'uhc'], undefined],
    ['x', ['ab'], undefined],
    ['x', [], undefined],
    ['', ['a'], 'a'],
    ['chunksize', settingNames, 'chunk_size'],
    ['memory_limit', settingNames, 'memory_limit_mb'],
    ['dataroot', settingNames, 'data_root'],
    ['dim_payers_file', settingNames, 'dim_payer_file'],
    ['frobnicate', settingNames, undefined],
  ])('of %j', (word, known, expected) => expect(nearest(word, known)).toBe(expected));

  it('prefers the nearer one, and the first of two that are as near', () => {
    expect(nearest('state', ['stale', 'state'])).toBe('state');
    expect(nearest('gate', ['rate', 'late'])).toBe('rate');
  });

  it('is the end of a message, or nothing', () => {
    expect(suggestion('aetnaa', ['aetna'])).toBe('; did you mean aetna?');
    expect(suggestion('cigna', ['uhc'])).toBe('');
  });
});

describe('showValue', () => {
  it.each([
    ['a "b"', '"a \\"b\\""'],
    ['two\nlines', '"two\\nlines"'],
    [12, '12'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'nothing (null)'],
    [undefined, 'nothing (null)'],
    [[1, 2], 'a list'],
    [{ a: 1 }, 'a mapping'],
  ])('shows %j', (value, text) => expect(showValue(value)).toBe(text));

  it('cuts a long text short', () => expect(showValue('x'.repeat(500))).toBe(`"${'x'.repeat(100)}…"`));
});
