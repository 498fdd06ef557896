import { pickFactor, type Random } from './random.js';

/** A provider group: its members bargain together, so one factor holds for all its prices. */
export interface Group {
  readonly id: number;
  readonly priceFactor: number;
}

export interface Groups {
  /** The groups that have prices; never empty. */
  readonly priced: readonly Group[];
  /** The groups that have members; as many as the providers' rows allow. */
  readonly staffed: readonly Group[];
}

const providersPerGroup = 8;
const orphans = 2;
const fewestForOrphans = 10;
const firstId = 101;
const priceSpread = 0.18;

/** Groups for that many rows of providers: nearly all have prices and members, a couple lack one or the other. */
export function makeGroups(random: Random, providers: number): Groups {
  const staffedCount = Math.ceil(providers / providersPerGroup);
  const apart = staffedCount >= fewestForOrphans ? orphans : 0;
  const count = Math.max(1, staffedCount + apart);
  const groups = Array.from({ length: count }, (_, index) => ({
    id: firstId + index,
    priceFactor: pickFactor(random, priceSpread),
  }));
  return { priced: groups.slice(apart), staffed: groups.slice(0, staffedCount) };
}
