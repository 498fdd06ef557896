import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FactLayout, factLayouts } from '../../src/tables/partitions.js';
import { countTo, inTurns, isLong, layoutsFor, roundsOf, seedOf, timeFor } from './support/effort.js';
import type { Act, Call, ErrorCode, Fault, Operation } from './support/faults.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, remainsIn } from './support/outputs.js';
import type { Ended } from './support/process.js';
import { randomFrom } from './support/random.js';
import {
  below,
  bytesOf,
  callsIn,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  expectOldOrNew,
  inScene,
  keep,
  makeFolder,
  type RunOptions,
  runUntilDone,
  type Scene,
  summaryOf,
} from './support/scene.js';
import { withSmallDisk } from './support/small-disk.js';

const shared = makeFolder();
let alpha: MadeInput;
let beta: MadeInput;
/** What the outputs hold before alpha is loaded, and after. */
let before: Content;
let after: Content;

beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 8, rowGroupSize: 60 });
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 9 });
  before = await expectedOf(beta);
  after = await expectedOf(beta, alpha);
});
afterAll(() => shared.remove());

const causes: Readonly<Record<ErrorCode, RegExp>> = {
  ENOSPC: /ENOSPC|no space|disk is full/i,
  EIO: /EIO|i\/o error|input\/output error/i,
  EACCES: /EACCES|permission denied/i,
  EMFILE: /EMFILE|too many open files/i,
  EROFS: /EROFS|read-only/i,
};

/** Expects a failure that names its cause, and outputs that are the old ones or the new ones. */
async function expectRefusal(ended: Ended, scene: Scene, cause: RegExp): Promise<void> {
  expectExit(ended, 73, 1);
  expectMessage(ended, cause, /try: /);
  await expectOldOrNew(scene, before, after);
}

/** Runs work with beta loaded. */
function afterBeta(layout: FactLayout, work: (scene: Scene) => Promise<void>): Promise<void> {
  const load = async (scene: Scene) => {
    await runUntilDone(scene, 'beta');
    await work(scene);
  };
  return inScene([alpha, beta], load, { layout });
}

/** Loads beta into a data root on a small disk, with room enough, and then does the work. */
function onSmallDisk(
  layout: FactLayout,
  work: (scene: Scene, disk: Disk) => Promise<void>,
): Promise<boolean> {
  return withSmallDisk(roomy, async ({ folder, leave, setReadOnly }) => {
    const dataRoot = join(folder, 'data');
    await inScene(
      [alpha, beta],
      async (scene) => {
        await runUntilDone(scene, 'beta');
        await work(scene, { folder, leave, setReadOnly });
      },
      { dataRoot, layout },
    );
  });
}

type Disk = Parameters<Parameters<typeof withSmallDisk>[1]>[0];

/** KiB that are enough, whatever a run reserves. */
const roomy = 256 * 1024;

/** Where an error of the same kind is injected if no disk can be mounted. */
const laterWrites: Call = { op: ['write', 'open', 'mkdir'], matching: '/\\.staging/', nth: 4, times: 1_000 };

async function injectInstead(layout: FactLayout, code: ErrorCode, at: Call = laterWrites): Promise<void> {
  await afterBeta(layout, async (scene) => {
    const faults = below(scene, { faults: [{ at, act: { kind: 'fail', code } }] });
    await expectRefusal(await scene.run('alpha', { faults }), scene, causes[code]);
    await runUntilDone(scene, 'alpha');
    await expectFinished(scene, after);
  });
}

describe('a full disk', () => {
  it.each(layoutsFor({ quick: 'single' }))(
    'that was full before the start changes nothing, and less than enough is said at once, facts %s',
    async (layout) => {
      const sizes = isLong() ? [0, 50, 100, 200, 400, 1_000, 2_000, 4_000] : [50, 200];
      const isDone = await onSmallDisk(layout, async (scene, { leave }) => {
        const old = bytesOf(scene);
        for (const size of sizes) {
          leave(size);
          const ended = await scene.run('alpha');
          if (ended.exitCode === 0) break;
          await expectRefusal(ended, scene, causes.ENOSPC);
          expect(bytesOf(scene)).toEqual(old);
        }
        leave(roomy);
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, after);
      });
      if (!isDone)
        await injectInstead(layout, 'ENOSPC', { op: ['write', 'mkdir', 'open'], nth: 1, times: 1_000 });
    },
    timeFor(12),
  );

  /** When it fills up, and how many bytes are left then. */
  const moments: readonly { readonly at: Call; readonly leave: number }[] = [
    { at: { op: ['rename'], matching: '/\\.staging/', phase: 'after' }, leave: 0 },
    { at: { op: ['rename'], matching: '/\\.staging/', nth: 4, phase: 'after' }, leave: 16_384 },
    { at: { op: ['rename'], matching: '/\\.staging/', nth: 6, phase: 'after' }, leave: 0 },
    { at: { op: ['rename'], matching: '/\\.staging/', nth: 6, phase: 'after' }, leave: 32_768 },
    { at: { op: ['mkdir'], matching: '/(?:gold|\\.fact_rate\\..*)$' }, leave: 4_096 },
    { at: { op: ['sync'], matching: '/\\.dim_code\\.parquet' }, leave: 0 },
    { at: { op: ['rename'], matching: '/dim_provider_group\\.parquet$' }, leave: 0 },
    { at: { op: ['rename'], matching: '/(?:fact_rate|part-[^/]*)\\.parquet$', phase: 'after' }, leave: 0 },
  ];

  it.each(factLayouts)(
    'that fills up at any step leaves old outputs or new ones, and is no harm once there is space, facts %s',
    async (layout) => {
      const own = { single: 0, partitioned: 1 };
      const chosen = isLong() ? moments : moments.filter((_, index) => index % 6 === 3 * own[layout] + 1);
      await inTurns(chosen, 2, async ({ at, leave }) => {
        const isDone = await onSmallDisk(layout, async (scene, { folder }) => {
          const filler = join(folder, 'filler');
          const act: Act = { kind: 'fill', path: filler, leave };
          const ended = await scene.run('alpha', { faults: below(scene, { faults: [{ at, act }] }) });
          // what was left may have been enough
          if (ended.exitCode !== 0) await expectRefusal(ended, scene, causes.ENOSPC);
          await expectOldOrNew(scene, before, after);
          rmSync(filler, { force: true });
          await runUntilDone(scene, 'alpha');
          await expectFinished(scene, after);
        });
        if (!isDone) await injectInstead(layout, 'ENOSPC', { ...at, times: 1_000 });
      });
    },
    timeFor(moments.length * 3),
  );
});

describe('a read-only disk', () => {
  it.each(layoutsFor({ quick: 'single' }))(
    'is said at once, facts %s',
    async (layout) => {
      const isDone = await onSmallDisk(layout, async (scene, { setReadOnly }) => {
        const old = bytesOf(scene);
        setReadOnly(true);
        await expectRefusal(await scene.run('alpha'), scene, causes.EROFS);
        expect(bytesOf(scene)).toEqual(old);
        setReadOnly(false);
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, after);
      });
      if (!isDone) {
        const op = ['write', 'mkdir', 'open', 'rename', 'access'] as const;
        await injectInstead(layout, 'EROFS', { op, times: 1_000 });
      }
    },
    timeFor(4),
  );
});

describe('too many open files', () => {
  it.each(layoutsFor({ quick: 'partitioned' }))(
    'under a small limit of the system fail a run with that cause, or do not, facts %s',
    async (layout) => {
      await afterBeta(layout, async (scene) => {
        for (const limit of isLong() ? [40, 48, 64, 96, 128, 192] : [40, 96]) {
          const ended = await scene.run('alpha', { shell: `ulimit -n ${limit}` });
          if (ended.exitCode !== 0) await expectRefusal(ended, scene, causes.EMFILE);
          await expectOldOrNew(scene, before, after);
        }
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, after);
      });
    },
    timeFor(10),
  );
});

describe.each(layoutsFor({ quick: 'single' }))('an output that cannot be opened, facts %s,', (layout) => {
  it.each(['EIO', 'EMFILE', 'EACCES'] as const)(
    'for %s is no file of another make',
    async (code) => {
      await injectInstead(layout, code, { op: ['open'], matching: '/dim_code\\.parquet$' });
    },
    timeFor(3),
  );
});

/** What a run removes last, by what the calls for it are about. */
const removedLast: Readonly<Record<FactLayout, readonly string[]>> = {
  single: ['/\\.staging$'],
  partitioned: ['/\\.staging$', '/gold/\\.fact_rate\\.[^/]+$', '/gold/\\.fact_rate\\..*/year_month=[^/]+$'],
};

describe.each(factLayouts)('what cannot be removed once the outputs are in place, facts %s,', (layout) => {
  it.each(removedLast[layout])(
    'is removed by the next run, though it has nothing to load: %s',
    async (matching) => {
      await afterBeta(layout, async (scene) => {
        const fault: Fault = {
          at: { op: ['remove', 'readdir'], matching, times: 1_000 },
          act: { kind: 'fail', code: 'EACCES' },
        };
        expectExit(await scene.run('alpha', { faults: below(scene, { faults: [fault] }) }), 0);
        expect(remainsIn(scene.dataRoot)).not.toEqual([]);
        const again = expectExit(await scene.run('alpha'), 0);
        expect(summaryOf(again).status).toBe('unchanged');
        await expectFinished(scene, after);
      });
    },
    timeFor(3),
  );
});

/** Calls whose failure a run must tell of, or do without. */
const changing: readonly Operation[] = ['mkdir', 'open', 'write', 'sync', 'rename', 'truncate', 'link'];
const looking: readonly Operation[] = ['stat', 'statfs', 'readdir', 'read', 'access', 'remove'];

describe.each(layoutsFor({ quick: 'partitioned' }))('an error of the system, facts %s,', (layout) => {
  const rounds = roundsOf({ quick: 8, long: 60 });
  it(
    `at ${rounds} of the calls that a run makes leaves old outputs or new ones, and the next run finishes`,
    async () => {
      const seed = seedOf(`errors at random calls, ${layout}`);
      await afterBeta(layout, (one) =>
        afterBeta(layout, async (other) => {
          const places = [one, other].map((scene) => ({ scene, restore: keep(scene) }));
          const calls = await recordCalls(one);
          places[0]?.restore();
          await inTurns(countTo(rounds), places.length, async (round, lane) => {
            const place = places[lane];
            if (!place) throw new RangeError(`no scene ${lane}`);
            place.restore();
            await failAndFinish(place.scene, pickFault(seed + round, calls));
          });
        }),
      );
    },
    timeFor(rounds * 3),
  );

  interface Picked {
    readonly fault: Fault;
    readonly code: ErrorCode;
    readonly isLooking: boolean;
  }

  /** One of the calls of a run fails, alone or with all that come after it. */
  function pickFault(seed: number, calls: ReadonlyMap<Operation, number>): Picked {
    const random = randomFrom(seed);
    const code = random.pick(['ENOSPC', 'EIO', 'EACCES', 'EMFILE', 'EROFS'] as const);
    const isLooking = random.below(4) === 0;
    const candidates = (isLooking ? looking : changing).filter((op) => (calls.get(op) ?? 0) > 0);
    const op = random.pick(candidates);
    const nth = 1 + random.below(calls.get(op) ?? 1);
    const times = random.below(2) === 0 ? 1 : 10_000;
    return { fault: { at: { op: [op], nth, times }, act: { kind: 'fail', code } }, code, isLooking };
  }

  async function recordCalls(scene: Scene): Promise<Map<Operation, number>> {
    const log = join(scene.folder, 'calls');
    expectExit(await scene.run('alpha', { faults: below(scene, { log }) }), 0);
    const found = callsIn(log);
    return new Map(
      [...changing, ...looking].map((op) => [op, found.filter((call) => call.op === op).length]),
    );
  }

  async function failAndFinish(scene: Scene, { fault, code, isLooking }: Picked): Promise<void> {
    const options: RunOptions = { faults: below(scene, { faults: [fault] }) };
    const ended = await scene.run('alpha', options);
    try {
      // what cannot be looked at may also be an input or an output that breaks the contract
      expectExit(ended, 0, 73, 1, ...(isLooking ? [65, 66] : []));
      if (ended.exitCode !== 0) expectMessage(ended, causes[code]);
      await expectOldOrNew(scene, before, after);
      await runUntilDone(scene, 'alpha');
      await expectFinished(scene, after);
    } catch (thrown) {
      throw new Error(`${JSON.stringify(fault)}: ${ended.exitCode}: ${ended.stderr}`, { cause: thrown });
    }
  }
});
