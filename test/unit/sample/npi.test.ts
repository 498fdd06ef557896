import { describe, expect, it } from 'vitest';
import { checkDigitOf, makeEin, makeNpi } from '../../../src/sample/npi.js';
import { makeRandom } from '../../../src/sample/random.js';

describe('checkDigitOf', () => {
  it('agrees with the example of the standard', () => {
    expect(checkDigitOf('123456789')).toBe(3);
  });

  it('can be 0', () => {
    expect(checkDigitOf('200000000')).toBe(2);
    expect(checkDigitOf('200000001')).toBe(0);
  });
});

describe('made-up numbers', () => {
  const random = makeRandom(1);

  it('are NPIs that begin with 2 and end in their check digit', () => {
    for (let turn = 0; turn < 200; turn++) {
      const npi = makeNpi(random);
      expect(npi).toMatch(/^2\d{9}$/);
      expect(checkDigitOf(npi.slice(0, 9))).toBe(Number(npi.at(9)));
    }
  });

  it('are EINs of nine digits', () => {
    for (let turn = 0; turn < 50; turn++) expect(makeEin(random)).toMatch(/^00\d{7}$/);
  });
});
