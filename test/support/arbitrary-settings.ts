import fc from 'fast-check';
import type { Settings } from '../model/settings.js';

/** Settings of a first load, in which conflicts and modes make no difference. */
export const arbitraryKeySettings: fc.Arbitrary<Settings> = arbitrarySettings({
  dimensionConflict: fc.constant<Settings['dimensionConflict']>('fill'),
  mode: fc.constant<Settings['mode']>('upsert'),
});

/** Any settings of the contract. */
export const arbitraryAllSettings: fc.Arbitrary<Settings> = arbitrarySettings({
  dimensionConflict: fc.constantFrom('fill', 'update'),
  mode: fc.constantFrom('upsert', 'replace'),
});

function arbitrarySettings(rules: {
  dimensionConflict: fc.Arbitrary<Settings['dimensionConflict']>;
  mode: fc.Arbitrary<Settings['mode']>;
}): fc.Arbitrary<Settings> {
  return fc.record({
    state: fc.constantFrom('GA', 'ny'),
    payerSlugOverride: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom('acme-health', 'a1') },
    ),
    emptyPosSet: fc.constantFrom('' as const, 'none' as const),
    providerGroupScope: fc.constantFrom('payer' as const, 'month' as const),
    ...rules,
  });
}

/** A chunk size that cuts a number of rows into about so many chunks. */
export function chunkSizeFor(rows: number, chunks: number): number {
  return Math.max(1, Math.ceil(rows / chunks));
}
