import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factLayouts } from '../../src/tables/partitions.js';
import { isLong, layoutsFor, roundsOf, seedOf, timeFor } from './support/effort.js';
import type { Fault } from './support/faults.js';
import { type MadeInput, makeInput } from './support/input.js';
import { faultsSeenIn, runsIn } from './support/outputs.js';
import type { Ended, Running } from './support/process.js';
import { randomFrom } from './support/random.js';
import {
  below,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  makeFolder,
  runUntilDone,
  type Scene,
  summaryOf,
} from './support/scene.js';

const shared = makeFolder();
const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
let payers: readonly MadeInput[];

beforeAll(async () => {
  payers = await Promise.all(
    names.map((payer, index) =>
      makeInput(join(shared.path, payer), {
        payer,
        seed: 20 + index,
        rateFiles: 2,
        rejects: index % 3 === 0,
        ...(index % 2 === 0 ? { rowGroupSize: 60 } : {}),
      }),
    ),
  );
});
afterAll(() => shared.remove());

/** Keeps a run busy for some seconds, so that others find it at work. */
function slowly(scene: Scene, ms: number) {
  const pause: Fault = {
    at: { op: ['rename'], matching: '/\\.staging/', times: 100 },
    act: { kind: 'pause', ms },
  };
  return below(scene, { faults: [pause] });
}

/** Expects that a run was turned away, by a message that says who holds the lock and since when. */
function expectBusy(ended: Ended, holders: readonly number[]): void {
  expectExit(ended, 75);
  expectMessage(ended, hostname(), /20\d\d-\d\d-\d\d/);
  const [, pid = ''] = /process (\d+)|pid (\d+)/i.exec(ended.stderr) ?? [];
  expect(holders).toContain(Number(pid));
}

/** Looks at the outputs over and over, as a reader who knows nothing of runs, until runs have ended. */
async function readMeanwhile<T>({ dataRoot }: Scene, runs: Promise<T>): Promise<T> {
  let isOver = false;
  const ended = runs.finally(() => {
    isOver = true;
  });
  ended.catch(() => {});
  let looks = 0;
  const seen = new Set<string>();
  while (!isOver) {
    for (const fault of await faultsSeenIn(dataRoot)) seen.add(fault);
    looks += 1;
    await sleep(5);
  }
  expect([...seen]).toEqual([]);
  expect(looks).toBeGreaterThan(3);
  return ended;
}

describe('runs of the same payer', () => {
  it(
    'are turned away at once while the first is at work',
    async () => {
      const [one] = payers;
      if (!one) throw new RangeError('no payer');
      await inScene([one], async (scene) => {
        const first = scene.start(one.payer, { faults: slowly(scene, 1_000) });
        await first.until(() => /Processing/.test(first.stderr));
        const second = await scene.run(one.payer);
        expect(first.hasEnded).toBe(false);
        expectBusy(second, [first.pid]);
        expectExit(await first.ended, 0);
        await expectFinished(scene, await expectedOf(one));
        expect(runsIn(scene.dataRoot)).toHaveLength(1);
      });
    },
    timeFor(3),
  );

  it.each(layoutsFor({ quick: 'partitioned' }))(
    'eight of them: one works, the others name it, and a reader sees nothing torn, facts %s',
    async (layout) => {
      const [one, two] = payers;
      if (!one || !two) throw new RangeError('no payers');
      const load = async (scene: Scene) => {
        await runUntilDone(scene, two.payer);
        const running = names.map(() => scene.start(one.payer, { faults: slowly(scene, 2_500) }));
        const ends = await readMeanwhile(scene, Promise.all(running.map(({ ended }) => ended)));
        const winners = running.filter((_, index) => {
          const end = ends[index];
          return end?.exitCode === 0 && summaryOf(end).status === 'published';
        });
        expect(winners).toHaveLength(1);
        const busy = ends.filter(({ exitCode }) => exitCode !== 0);
        expect(busy.length).toBeGreaterThan(0);
        for (const end of busy)
          expectBusy(
            end,
            winners.map(({ pid }) => pid),
          );
        await expectFinished(scene, await expectedOf(two, one));
        expect(runsIn(scene.dataRoot)).toHaveLength(2);
      };
      await inScene([one, two], load, { layout });
    },
    timeFor(10),
  );

  it(
    'take over the lock of a process that was killed, or whose number another one has now',
    async () => {
      const [one] = payers;
      if (!one) throw new RangeError('no payer');
      await inScene([one], async (scene) => {
        const first = scene.start(one.payer, { faults: slowly(scene, 2_000) });
        await first.until(() => /Processing/.test(first.stderr));
        first.kill('SIGKILL');
        await first.ended;
        // this process is alive, and on this host
        const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
        const locks = join(scene.dataRoot, '.locks');
        mkdirSync(locks, { recursive: true });
        for (const name of [`${one.payer}_GA_202508.lock`, 'publish.lock'])
          writeFileSync(join(locks, name), JSON.stringify({ run_id: 'x', payer: one.payer, ...holder }));
        expectExit(await scene.run(one.payer), 0);
        await expectFinished(scene, await expectedOf(one));
      });
    },
    timeFor(3),
  );
});

describe.each(factLayouts)('runs of different payers, facts %s,', (layout) => {
  const counts = { single: [2], partitioned: [8] };
  it.each(isLong() ? [2, 8] : counts[layout])(
    '%i at the same time lose no row, and a reader sees nothing torn',
    async (count) => {
      const chosen = payers.slice(0, count);
      const load = async (scene: Scene) => {
        const ends = await readMeanwhile(
          scene,
          Promise.all(chosen.map(({ payer }) => scene.run(payer, { timeoutSeconds: 120 }))),
        );
        for (const end of ends) expectExit(end, 0);
        await expectFinished(scene, await expectedOf(...chosen));
        expect(runsIn(scene.dataRoot)).toHaveLength(count);
      };
      await inScene(chosen, load, { layout });
    },
    timeFor(10),
  );
});

describe.each(layoutsFor({ quick: 'partitioned' }))('runs of different payers, facts %s,', (layout) => {
  const rounds = roundsOf({ quick: 1, long: 3 });
  it(
    'some of which are killed and started again lose no row either',
    async () => {
      const seed = seedOf(`killed among others, ${layout}`);
      const chosen = payers.slice(0, isLong() ? 8 : 3);
      for (let round = 0; round < rounds; round += 1) {
        const random = randomFrom(seed + round);
        const load = async (scene: Scene) => {
          const untilDone = async ({ payer }: MadeInput) => {
            const running: Running = scene.start(payer, { timeoutSeconds: 120 });
            if (random.below(2) === 0) {
              await sleep(1_000 + random.below(chosen.length * 1_000));
              running.kill('SIGKILL');
            }
            const ended = await running.ended;
            if (ended.signal !== 'SIGKILL') expectExit(ended, 0);
            return runUntilDone(scene, payer, { timeoutSeconds: 120 });
          };
          await readMeanwhile(scene, Promise.all(chosen.map(untilDone)));
          await expectFinished(scene, await expectedOf(...chosen));
        };
        await inScene(chosen, load, { layout });
      }
    },
    timeFor(rounds * 16),
  );
});
