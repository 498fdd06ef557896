import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { payerSlug, slugPattern } from '../../../src/transform/payer.js';
import { payerSlugOf } from '../../model/payer-slug.js';
import { evaluate, textFrame } from './read-stored.js';

const names: readonly (readonly [name: string, slug: string])[] = [
  ['UnitedHealthcare of Georgia Inc.', 'unitedhealthcare-of-georgia-inc'],
  ['  Évry -- Health!  ', 'vry-health'],
  ['\u212Aaiser', 'kaiser'],
  ['İstanbul', 'i-stanbul'],
  ['a_b', 'a-b'],
  ['A & B / C', 'a-b-c'],
  ['Blue Cross 360°', 'blue-cross-360'],
  ['３６０', ''],
  ['123', '123'],
  ['---a---', 'a'],
  ['a\nb', 'a-b'],
  ['***', ''],
  ['健康', ''],
  [' ', ''],
  ['', ''],
];

describe('payerSlug', () => {
  it.each(names)('makes of %j %j', (name, slug) => {
    expect(evaluate(textFrame([name]), payerSlug(pl.col('value'), null))).toEqual([slug]);
    expect(payerSlugOf(name)).toBe(slug);
  });

  it('is a slug that may also be set, or empty', () => {
    for (const [, slug] of names) expect(slug === '' || slugPattern.test(slug)).toBe(true);
  });

  it('gives way to an override', () => {
    const slugs = evaluate(textFrame(['Aetna', '']), payerSlug(pl.col('value'), 'acme-1'));
    expect(new Set(slugs)).toEqual(new Set(['acme-1']));
  });
});

describe('slugPattern', () => {
  it.each(['a', '1', 'a-b', 'aetna-of-ga-2'])('takes %j', (slug) => {
    expect(slugPattern.test(slug)).toBe(true);
  });

  it.each(['', '-', '-a', 'a-', 'a--b', 'A', 'a_b', 'a b', 'é', 'a\n'])('refuses %j', (slug) => {
    expect(slugPattern.test(slug)).toBe(false);
  });
});
