import fc from 'fast-check';

/** Shrinking ends before the test runner gives up, which would hide what was found. */
const timeLimitMs = 100_000;

/** Checks a property over so many random inputs. On failure fast-check names the seed and the smallest input found. */
export async function check<T extends [unknown, ...unknown[]]>(
  runs: number,
  property: fc.IAsyncPropertyWithHooks<T>,
): Promise<void> {
  await fc.assert(property, { numRuns: runs, interruptAfterTimeLimit: timeLimitMs });
}
