import type { Code } from './codes.js';
import type { Weighted } from './random.js';

/** What contracts say beside the price, and how often. */

type Texts = readonly string[] | null;

/** A set that one insurer really gives for most of its prices. */
const nearlyEverywhere = '02 05 06 07 08 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61'.split(' ');

export const professionalServices: readonly Weighted<Texts>[] = [
  [nearlyEverywhere, 40],
  [['11'], 25],
  [['11', '22'], 9],
  // one set in two orders, as files have it
  [['22', '11', '19'], 4],
  [['11', '19', '22'], 4],
  [['02', '10', '11'], 7],
  [['21', '22', '23'], 5],
  [[], 4],
  [null, 2],
];

export const institutionalServices: readonly Weighted<Texts>[] = [
  [null, 55],
  [[], 30],
  [['21'], 8],
  [['19', '22'], 7],
];

export type RateKind = 'negotiated' | 'fee schedule' | 'derived' | 'percentage' | 'per diem';

export const professionalKinds: readonly Weighted<RateKind>[] = [
  ['negotiated', 86],
  ['fee schedule', 11],
  ['derived', 3],
];

/** Percentages of the billed charge and day rates are how hospitals, not practices, are paid. */
export const institutionalKinds: Readonly<Record<Code['type'], readonly Weighted<RateKind>[]>> = {
  CPT: [
    ['negotiated', 78],
    ['fee schedule', 14],
    ['percentage', 8],
  ],
  HCPCS: [
    ['negotiated', 74],
    ['fee schedule', 14],
    ['percentage', 12],
  ],
  'MS-DRG': [
    ['negotiated', 88],
    ['derived', 12],
  ],
  RC: [
    ['per diem', 55],
    ['negotiated', 25],
    ['percentage', 20],
  ],
};

export const copyCounts: readonly Weighted<number>[] = [
  [1, 40],
  [2, 30],
  [3, 20],
  [4, 10],
];

/** As many as a fact has copies at most: copies differ in the modifier alone. */
export const modifiers: readonly Texts[] = [[], ['26'], ['TC'], ['50', '59'], null];
