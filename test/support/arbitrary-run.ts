import fc from 'fast-check';

/** Shrinking ends before the test runner gives up, which would hide what was found; where that waits longer, so may this. */
const usualLimitMs = 100_000;

/** What `npm test` leaves of the runs that a property asks for, which `npm run test:long` does. */
const quickShare = 1 / 10;

/** Checks a property over so many random inputs. On failure fast-check names the seed and the smallest input found. */
export async function check<T extends [unknown, ...unknown[]]>(
  runs: number,
  property: fc.IAsyncPropertyWithHooks<T>,
  timeLimitMs = usualLimitMs,
): Promise<void> {
  const isLong = process.env['ETL1_PROPERTIES'] === 'long';
  const numRuns = isLong ? runs : Math.ceil(runs * quickShare);
  await fc.assert(property, { numRuns, interruptAfterTimeLimit: timeLimitMs });
}
