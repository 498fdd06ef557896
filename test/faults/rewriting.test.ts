import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countTo, inTurns, isLong, roundsOf, seedOf, timeFor } from './support/effort.js';
import type { Fault, Operation } from './support/faults.js';
import { contentOf, faultsSeenIn, tornPartitions, tornTables } from './support/outputs.js';
import { type Random, randomFrom } from './support/random.js';
import { type Deliveries, inPlace, makeDeliveries, type Place, rewritings } from './support/rewriting.js';
import {
  below,
  callsIn,
  expectExit,
  expectFinished,
  expectMessage,
  expectOldOrNew,
  makeFolder,
  runUntilDone,
} from './support/scene.js';
import { withSmallDisk } from './support/small-disk.js';

const shared = makeFolder();
let deliveries: Deliveries;

beforeAll(async () => {
  deliveries = await makeDeliveries(shared.path);
});
afterAll(() => shared.remove());

/** Expects old facts or new ones, and that the same command makes them the new ones. */
async function expectToFinish({ scene, before, after, run }: Place, otherFirst = false): Promise<void> {
  await expectOldOrNew(scene, before, after);
  if (otherFirst) await runUntilDone(scene, 'beta');
  expectExit(await run(), 0);
  await expectFinished(scene, after);
}

/** What puts files in their places. */
const placing = ['rename', 'exchange'] as const;
const notStaging = '/\\.staging';

/** How often an undisturbed run makes calls of each kind, but for those about what it stages; and how long it takes. */
async function measure({ scene, run, restore }: Place) {
  const log = join(scene.folder, 'calls');
  const { seconds } = expectExit(await run({ faults: below(scene, { log }) }), 0);
  const made = callsIn(log).filter(({ path }) => !path.includes('/.staging'));
  restore();
  const operations: readonly Operation[] = [...placing, 'mkdir', 'open', 'write', 'sync', 'link'];
  const calls = operations.map((op) => ({ op, count: made.filter((call) => call.op === op).length }));
  return { ms: seconds * 1000, calls: calls.filter(({ count }) => count > 0) };
}

type Calls = Awaited<ReturnType<typeof measure>>['calls'];

const kill = { kind: 'kill' } as const;

/** Deaths before and after each call that puts files in their places. */
function deathsAt(calls: Calls): Fault[] {
  return calls
    .filter(({ op }) => placing.some((one) => one === op))
    .flatMap(({ op, count }) => countTo(count).map((index) => ({ op: [op], nth: index + 1 })))
    .flatMap((call) => (['before', 'after'] as const).map((phase) => ({ ...call, phase })))
    .map((call) => ({ at: { ...call, except: notStaging }, act: kill }));
}

/** A signal as files are put in their places. */
const signalAt = (nth: number): Fault => ({
  at: { op: placing, except: notStaging, nth },
  act: { kind: 'signal', signal: 'SIGTERM' },
});

function pickError(calls: Calls, random: Random): Fault {
  const { op, count } = random.pick(calls);
  const times = random.below(2) === 0 ? 1 : 10_000;
  const code = random.pick(['ENOSPC', 'EIO', 'EROFS'] as const);
  const at = { op: [op], except: notStaging, nth: 1 + random.below(count), times };
  return { at, act: { kind: 'fail', code } };
}

const rounds = {
  deaths: roundsOf({ quick: 1, long: 12 }),
  errors: roundsOf({ quick: 0, long: 4 }),
  signals: roundsOf({ quick: 0, long: 2 }),
  moments: roundsOf({ quick: 1, long: 5 }),
};

describe.each(rewritings)('facts that are written another way by $name', (rewriting) => {
  it(
    'are the old or the new ones, whole, however it ends, and the next run finishes',
    async () => {
      const seed = seedOf(rewriting.name);
      await inPlace(rewriting, deliveries, async (place) => {
        const { scene, restore, run, begin } = place;
        const { calls, ms } = await measure(place);
        const deaths = deathsAt(calls);
        const every = Math.ceil(deaths.length / rounds.deaths);
        const chosen = deaths.filter((_, index) => index % every === Math.max(0, every - 3));
        await inTurns([...chosen.entries()], 1, async ([number, fault]) => {
          restore();
          const ended = await run({ faults: below(scene, { faults: [fault] }) });
          expect(ended.signal).toBe('SIGKILL');
          // a load stops at facts that have been converted meanwhile
          await expectToFinish(place, !rewriting.words.includes('migrate') && number % 2 === 0);
        });
        await inTurns(countTo(rounds.errors), 1, async (round) => {
          restore();
          const fault = pickError(calls, randomFrom(seed + round));
          const ended = await run({ faults: below(scene, { faults: [fault] }) });
          expectExit(ended, 0, 73);
          if (ended.exitCode !== 0) expectMessage(ended, /ENOSPC|EIO|EROFS/, /try: /);
          await expectToFinish(place);
        });
        await inTurns(countTo(rounds.signals), 1, async (round) => {
          restore();
          expectExit(await run({ faults: below(scene, { faults: [signalAt(round + 1)] }) }), 0, 143);
          await expectToFinish(place);
        });
        await inTurns(countTo(rounds.moments), 1, async (round) => {
          restore();
          const random = randomFrom(seed + round);
          const TMPDIR = join(scene.folder, 'temporary');
          mkdirSync(TMPDIR);
          const running = begin({ environment: { TMPDIR } });
          // nothing happens in the first fifth but the start of Node
          await sleep((0.2 + random.fraction() * 0.8) * ms);
          running.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
          const ended = await running.ended;
          if (ended.signal === null) expectExit(ended, 0, 143);
          // nothing outside of the data root that nobody sweeps
          expect(readdirSync(TMPDIR)).toEqual([]);
          await expectToFinish(place);
        });
      });
    },
    timeFor(isLong() ? 200 : 30),
  );
});

describe.each(isLong() ? rewritings : rewritings.slice(0, 1))(
  'a disk that is too full for $name',
  (rewriting) => {
    it(
      'is told of, and leaves the old facts or the new ones',
      async () => {
        const roomy = 256 * 1024;
        await withSmallDisk(roomy, async ({ folder, leave }) => {
          const work = async (place: Place) => {
            const { scene, before, after, run } = place;
            for (const kib of isLong() ? [0, 16, 50, 100, 200, 400] : [16]) {
              leave(kib);
              const ended = expectExit(await run(), 0, 73);
              if (ended.exitCode !== 0) expectMessage(ended, /ENOSPC|no space|disk is full/i, /try: /);
              await expectOldOrNew(scene, before, after);
              if (ended.exitCode === 0) break;
            }
            leave(roomy);
            await expectToFinish(place);
          };
          await inPlace(rewriting, deliveries, work, { dataRoot: join(folder, 'data') });
        });
      },
      timeFor(20),
    );
  },
);

const swapping = rewritings.filter(({ name }) => ['compact', 'replace'].includes(name));

describe.each(isLong() ? swapping : swapping.slice(1))(
  'partitions whose parts $name takes away',
  (rewriting) => {
    it(
      'are whole at every moment to who lists folders, and to who follows the list',
      async () => {
        await inPlace(rewriting, deliveries, async ({ scene, before, after, begin }) => {
          const slow: Fault = {
            at: { op: placing, except: notStaging, times: 100, phase: 'after' },
            act: { kind: 'pause', ms: 300 },
          };
          const running = begin({ faults: below(scene, { faults: [slow] }) });
          const seen = new Set<string>();
          let looks = 0;
          for (; !running.hasEnded; looks += 1) {
            const byList = await contentOf(scene.dataRoot);
            const byFolders = await contentOf(scene.dataRoot, 'folders');
            const torn = [...tornTables(byList, before, after), ...tornPartitions(byFolders, before, after)];
            for (const fault of [...torn, ...(await faultsSeenIn(scene.dataRoot))]) seen.add(fault);
            await sleep(1);
          }
          expectExit(await running.ended, 0);
          expect([...seen]).toEqual([]);
          expect(looks).toBeGreaterThan(3);
          await expectFinished(scene, after);
        });
      },
      timeFor(6),
    );
  },
);

/** Work that lists the parts of partitions, also where those are taken as they are. */
const listing = rewritings
  .filter(({ layout }) => layout === 'partitioned')
  .flatMap((one) => [one, ...(one.name === 'replace' ? [{ ...one, words: [...one.words, '--force'] }] : [])]);

describe.each(isLong() ? listing : listing.slice(-1))(
  '$name where the parts of a partition cannot be listed: $words',
  (rewriting) => {
    it(
      'is told so, and loses none of them',
      async () => {
        await inPlace(rewriting, deliveries, async (place) => {
          const { scene, run } = place;
          const fault: Fault = {
            at: { op: ['readdir'], matching: '/gold/fact_rate/.*/year_month=[^/]+$', times: 1_000 },
            act: { kind: 'fail', code: 'EIO' },
          };
          const ended = expectExit(await run({ faults: below(scene, { faults: [fault] }) }), 73);
          expectMessage(ended, /year_month=[^/]+: cannot be read: EIO/, /try: /);
          await expectToFinish(place);
        });
      },
      timeFor(3),
    );
  },
);

describe.each(isLong() ? swapping : swapping.slice(0, 1))(
  '$name where folders cannot be exchanged',
  (rewriting) => {
    it(
      'renames them twice, and once more after a death in between',
      async () => {
        await inPlace(rewriting, deliveries, async (place) => {
          const { scene, restore, run, before, after } = place;
          const cannot: Fault = {
            at: { op: ['exchange'], times: 100 },
            act: { kind: 'fail', code: 'EINVAL' },
          };
          expectExit(await run({ faults: below(scene, { faults: [cannot] }) }), 0);
          await expectFinished(scene, after);

          restore();
          const between: Fault = { at: { op: ['rename'], matching: '/year_month=[^/]+$' }, act: kill };
          const ended = await run({ faults: below(scene, { faults: [cannot, between] }) });
          expect(ended.signal).toBe('SIGKILL');
          expect(tornTables(await contentOf(scene.dataRoot), before, after)).toEqual([]);
          const byFolders = await contentOf(scene.dataRoot, 'folders');
          expect(tornPartitions(byFolders, before, after)).toHaveLength(1);
          expectExit(await run(), 0);
          await expectFinished(scene, after);
        });
      },
      timeFor(8),
    );
  },
);
