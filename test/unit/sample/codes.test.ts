import { describe, expect, it } from 'vitest';
import { codes } from '../../../src/sample/codes.js';

const forms = { CPT: /^\d{4}[\dF]$/, HCPCS: /^[A-V]\d{4}$/, 'MS-DRG': /^\d{3}$/, RC: /^0\d{3}$/ };

describe('codes', () => {
  it('have the form of their system and come once', () => {
    for (const { type, code } of codes) expect(code).toMatch(forms[type]);
    expect(new Set(codes.map(({ type, code }) => `${type} ${code}`)).size).toBe(codes.length);
  });

  it('have names, prices and weights', () => {
    for (const { name, description, price, weight } of codes) {
      expect(name).not.toBe('');
      expect(description).not.toBe('');
      expect(price).toBeGreaterThanOrEqual(0);
      expect(weight).toBeGreaterThan(0);
    }
  });
});
