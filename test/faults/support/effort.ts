import { type FactLayout, factLayouts } from '../../../src/tables/partitions.js';

/** How many rounds a test does: few with `npm run test:long`, many with `npm run test:faults`, or ETL1_FAULT_ROUNDS. */
export function roundsOf({ quick, long }: { readonly quick: number; readonly long: number }): number {
  const given = Number(process.env['ETL1_FAULT_ROUNDS'] ?? Number.NaN);
  if (Number.isSafeInteger(given) && given > 0) return given;
  return isLong() ? long : quick;
}

export function isLong(): boolean {
  return process.env['ETL1_FAULTS'] === 'long';
}

/** Both ways to keep facts in the long part; in the quick one the one that is named. */
export function layoutsFor({ quick }: { readonly quick: FactLayout }): readonly FactLayout[] {
  return isLong() ? factLayouts : [quick];
}

/** What the quick part does is the same each time, so that it tells of a change. */
const quickSeed = 20_251_125;

/** The seed of a test, which is printed: ETL1_FAULT_SEED, or in the long part another one each time. */
export function seedOf(test: string): number {
  const given = Number(process.env['ETL1_FAULT_SEED'] ?? Number.NaN);
  const own = isLong() ? Math.floor(Math.random() * 2 ** 31) : quickSeed;
  const seed = Number.isSafeInteger(given) ? given : own;
  process.stderr.write(`${test}: ETL1_FAULT_SEED=${seed}\n`);
  return seed;
}

const mostFailures = 5;

/**
 * Does work on items, some at a time; what is done depends on the item, not on when it is its turn. Goes on after a failure,
 * since one seed may meet several.
 */
export async function inTurns<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const failures: string[] = [];
  const left = [...items];
  const run = async (lane: number) => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      if (failures.length >= mostFailures) return;
      const label = JSON.stringify(item);
      await work(item, lane).catch((thrown) => failures.push(`${label}: ${messageOf(thrown)}`));
    }
  };
  await Promise.all(Array.from({ length: atATime }, (_, lane) => run(lane)));
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
}

/** The numbers of rounds, from 0. */
export function countTo(rounds: number): number[] {
  return Array.from({ length: rounds }, (_, round) => round);
}

/** Milliseconds for a test that starts so many processes: each takes about a second, and colleagues share the machine. */
export function timeFor(processes: number): number {
  return 60_000 + processes * 8_000;
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by ${messageOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
