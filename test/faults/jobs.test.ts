import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAlive } from '../support/is-alive.js';
import { timeFor } from './support/effort.js';
import type { Fault } from './support/faults.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, contentOf } from './support/outputs.js';
import type { Ended, Running } from './support/process.js';
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
} from './support/scene.js';

const shared = makeFolder();
let inputs: readonly MadeInput[];
let contents: { nothing: Content; all: Content };

beforeAll(async () => {
  inputs = await Promise.all(
    ['alpha', 'beta', 'gamma'].map((payer, index) =>
      makeInput(join(shared.path, payer), { payer, seed: 40 + index, rowGroupSize: 60 }),
    ),
  );
  contents = { nothing: await contentOf(join(shared.path, 'nothing')), all: await expectedOf(...inputs) };
});
afterAll(() => shared.remove());

const others = ['--payer', 'beta', '--payer', 'gamma', '--jobs', '2'];

/** Every stage after the first takes its time, so that what happens meanwhile finds work left. */
const slowStages: Fault = {
  at: { op: ['rename'], matching: '/\\.staging/', nth: 2, times: 100 },
  act: { kind: 'pause', ms: 1_000 },
};

function startSlowly(scene: Scene): Running {
  return scene.start('alpha', { args: others, faults: below(scene, { faults: [slowStages] }) });
}

/** Whether a payer has staged something. */
function hasStaged({ dataRoot }: Scene, payer: string): boolean {
  const folder = join(dataRoot, `.staging/${payer}_GA_202508/rates`);
  return existsSync(folder) && readdirSync(folder).some((name) => /^\d{6}$/.test(name));
}

function whenBothStage(scene: Scene, running: Running): Promise<boolean> {
  return running.until(() => hasStaged(scene, 'alpha') && hasStaged(scene, 'beta'));
}

/** The processes that a process has started, as Linux tells them. */
function childrenOf({ pid }: Running): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

const failure = z.looseObject({ payer: z.string(), error: z.looseObject({ exit_code: z.number() }) });
const failures = z.looseObject({
  payers: z.array(failure),
  total: z.looseObject({ failed: z.number(), not_begun: z.number() }),
});

function expectStopped(ended: Ended, exitCode: number): void {
  expectExit(ended, exitCode);
  const { payers, total } = failures.parse(JSON.parse(ended.stdout));
  expect(payers.map(({ payer, error }) => [payer, error.exit_code])).toEqual([
    ['alpha', exitCode],
    ['beta', exitCode],
  ]);
  expect(total).toMatchObject({ failed: 2, not_begun: 1 });
  expect(ended.stderr).toMatch(/^etl1: warning: stopped before gamma: /m);
}

function logOf({ folder }: Scene): string {
  return readFileSync(join(folder, 'logs/etl1_scalable.log'), 'utf8');
}

async function expectToGoOn(scene: Scene): Promise<void> {
  expect(await contentOf(scene.dataRoot)).toEqual(contents.nothing);
  const again = await runUntilDone(scene, 'alpha', { args: others });
  expect(again.stderr).toMatch(/^alpha: Resuming: /m);
  await expectFinished(scene, contents.all);
}

describe.runIf(process.platform === 'linux')('runs at a time', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'stop on %s as one does, begin no other, and go on from there',
    async (signal, exitCode) => {
      await inScene(inputs, async (scene) => {
        const running = startSlowly(scene);
        expect(await whenBothStage(scene, running)).toBe(true);
        const children = childrenOf(running);
        expect(children).toHaveLength(2);
        running.kill(signal);
        const ended = await running.ended;
        expectStopped(ended, exitCode);
        expectMessage(
          ended,
          new RegExp(`^beta: etl1: warning: ${signal}: stopping at the next safe point`, 'm'),
        );
        expect(children.filter(isAlive)).toEqual([]);
        await expectToGoOn(scene);
      });
    },
    timeFor(8),
  );

  it(
    'take a signal that a terminal gives to all of them for one',
    async () => {
      await inScene(inputs, async (scene) => {
        const running = startSlowly(scene);
        expect(await whenBothStage(scene, running)).toBe(true);
        const [first = 0, second = 0] = childrenOf(running);
        process.kill(first, 'SIGINT');
        running.kill('SIGINT');
        await sleep(50);
        process.kill(second, 'SIGINT');
        expectStopped(await running.ended, 130);
        expect(logOf(scene)).not.toContain('once more:');
        await expectToGoOn(scene);
      });
    },
    timeFor(8),
  );

  it(
    'stop at once on a second signal, as safely',
    async () => {
      await inScene(inputs, async (scene) => {
        const running = startSlowly(scene);
        expect(await whenBothStage(scene, running)).toBe(true);
        running.kill('SIGTERM');
        await sleep(50);
        running.kill('SIGTERM');
        const sent = performance.now();
        const ended = await running.ended;
        expect(performance.now() - sent).toBeLessThan(3_000);
        expectStopped(ended, 143);
        expect(ended.stderr).toMatch(/^etl1: running: the run of payer beta was stopped at once$/m);
        expect(logOf(scene).match(/SIGTERM once more: stopping at once/g)).toHaveLength(2);
        await expectToGoOn(scene);
      });
    },
    timeFor(8),
  );

  it(
    'stop when the command is killed that started them',
    async () => {
      await inScene(inputs, async (scene) => {
        const running = startSlowly(scene);
        expect(await whenBothStage(scene, running)).toBe(true);
        const children = childrenOf(running);
        running.kill('SIGKILL');
        await running.ended;
        for (let looks = 0; looks < 500 && children.some(isAlive); looks += 1) await sleep(20);
        expect(children.filter(isAlive)).toEqual([]);
        expect(logOf(scene)).toContain('the command that started this run is gone');
        await expectToGoOn(scene);
      });
    },
    timeFor(8),
  );

  it(
    'do not end with one of them that is killed',
    async () => {
      const load = async (scene: Scene) => {
        const running = startSlowly(scene);
        expect(await whenBothStage(scene, running)).toBe(true);
        const [first = 0] = childrenOf(running);
        process.kill(first, 'SIGKILL');
        const ended = expectExit(await running.ended, 73);
        expectMessage(
          ended,
          /^etl1: running: the process that loaded payer \w+ was ended by SIGKILL$/m,
          '--jobs',
        );
        const { total } = z
          .looseObject({ total: z.looseObject({ loaded: z.number(), failed: z.number() }) })
          .parse(JSON.parse(ended.stdout));
        expect(total).toMatchObject({ loaded: 2, failed: 1 });
        await runUntilDone(scene, 'alpha', { args: others });
        await expectFinished(scene, contents.all);
      };
      await inScene(inputs, load, { layout: 'partitioned' });
    },
    timeFor(8),
  );
});
