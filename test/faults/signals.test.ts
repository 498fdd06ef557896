import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemCodeOf } from '../../src/errors.js';
import { factLayouts } from '../../src/tables/partitions.js';
import { countTo, inTurns, roundsOf, seedOf, timeFor } from './support/effort.js';
import type { Fault } from './support/faults.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type Content, contentOf, runsIn } from './support/outputs.js';
import { randomFrom } from './support/random.js';
import {
  below,
  bytesOf,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  expectOldOrNew,
  inScene,
  keep,
  makeFolder,
  runUntilDone,
  type Scene,
  summaryOf,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
let beta: MadeInput;
let contents: { nothing: Content; alpha: Content; beta: Content; both: Content };

beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 3, rowGroupSize: 60 });
  beta = await makeInput(join(shared.path, 'beta'), { payer: 'beta', seed: 4, rejects: true });
  contents = {
    nothing: await contentOf(join(shared.path, 'nothing')),
    alpha: await expectedOf(alpha),
    beta: await expectedOf(beta),
    both: await expectedOf(alpha, beta),
  };
});
afterAll(() => shared.remove());

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const secondsToStop = 10;

/** Once so many chunks are staged, under their names. */
function afterStages(count: number, act: Fault['act']): Fault {
  return {
    at: { op: ['rename'], matching: '/\\.staging/', except: '\\.json$', nth: count, phase: 'after' },
    act,
  };
}

/** Every stage after the first takes its time, so that a signal arrives while there is work left. */
const slowStages: Fault = {
  at: { op: ['rename'], matching: '/\\.staging/', nth: 2, times: 100 },
  act: { kind: 'pause', ms: 600 },
};

/** What is staged while a run goes on, which gives folders other names between two looks. */
function stagedIn({ dataRoot }: Scene): string[] {
  try {
    const paths = readdirSync(join(dataRoot, '.staging'), { recursive: true, encoding: 'utf8' });
    return paths.filter((path) => /\/\d{6}$/.test(path));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function logOf({ folder }: Scene) {
  const text = readFileSync(join(folder, 'logs/etl1_scalable.log'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => logLine.parse(JSON.parse(line)));
}

const logLine = z.looseObject({ run_id: z.string(), msg: z.string() });

describe('a signal', () => {
  it.each(Object.entries(exitCodes))(
    'such as %s stops a run in time, which goes on from there',
    async (signal, code) => {
      const layout = signal === 'SIGHUP' ? 'partitioned' : 'single';
      const load = async (scene: Scene) => {
        await runUntilDone(scene, 'beta');
        const before = bytesOf(scene);
        const running = scene.start('alpha', { faults: below(scene, { faults: [slowStages] }) });
        await running.until(() => stagedIn(scene).length > 0);
        const sent = performance.now();
        running.kill(signal === 'SIGINT' || signal === 'SIGTERM' ? signal : 'SIGHUP');
        const ended = expectExit(await running.ended, code);
        expect(performance.now() - sent).toBeLessThan(secondsToStop * 1000);
        expectMessage(ended, /resume|run .*again/i);
        expect(bytesOf(scene)).toEqual(before);
        expect(runsIn(scene.dataRoot)).toHaveLength(1);

        const again = expectExit(await scene.run('alpha'), 0);
        expect(summaryOf(again).resumed_chunks).toBeGreaterThan(0);
        expect(again.stderr).toMatch(/resum/i);
        await expectFinished(scene, contents.both);
      };
      await inScene([alpha, beta], load, { layout });
    },
    timeFor(5),
  );

  it(
    'starts over with --no-resume, with the same content',
    async () => {
      await inScene([alpha], async (scene) => {
        const faults = below(scene, { faults: [afterStages(2, { kind: 'signal', signal: 'SIGTERM' })] });
        expectExit(await scene.run('alpha', { faults }), 143);
        const again = expectExit(await scene.run('alpha', { args: ['--no-resume'] }), 0);
        expect(summaryOf(again).resumed_chunks ?? 0).toBe(0);
        await expectFinished(scene, contents.alpha);
      });
    },
    timeFor(3),
  );

  it(
    'leaves what a run with another setting discards, and says so',
    async () => {
      await inScene([beta], async (scene) => {
        const faults = below(scene, { faults: [afterStages(2, { kind: 'signal', signal: 'SIGINT' })] });
        expectExit(await scene.run('beta', { faults }), 130);
        const environment = { ETL1_PAYER_SLUG_OVERRIDE: 'another' };
        const again = expectExit(await scene.run('beta', { environment }), 0);
        expect(summaryOf(again).resumed_chunks ?? 0).toBe(0);
        expect(again.stderr).toMatch(/staged|staging/i);
        const content = await contentOf(scene.dataRoot);
        expect(content.dim_payer).toEqual([JSON.stringify(['another', 'beta Health', '1.0.0'])]);
        expect(content.fact_rate).toHaveLength(contents.beta.fact_rate?.length ?? 0);
      });
    },
    timeFor(3),
  );

  it(
    'that comes twice stops a run at once, as safely',
    async () => {
      await inScene([alpha], async (scene) => {
        const running = scene.start('alpha', { faults: below(scene, { faults: [slowStages] }) });
        await running.until(() => stagedIn(scene).length > 0);
        running.kill('SIGINT');
        await sleep(30);
        running.kill('SIGINT');
        const sent = performance.now();
        expectExit(await running.ended, 130);
        expect(performance.now() - sent).toBeLessThan(3_000);
        // every line is on disk, however the process ends
        const [last, before] = logOf(scene).toReversed();
        expect(last?.msg).toBe('SIGINT once more: stopping at once');
        expect(before?.msg).toMatch(/^SIGINT: stopping/);
        expect(last?.run_id).toBe(before?.run_id);
        expect(await contentOf(scene.dataRoot)).toEqual(contents.nothing);
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, contents.alpha);
      });
    },
    timeFor(3),
  );

  it(
    'stops a run of several payers before the next one',
    async () => {
      await inScene([alpha, beta], async (scene) => {
        const faults = below(scene, { faults: [afterStages(1, { kind: 'signal', signal: 'SIGINT' })] });
        expectExit(await scene.run('alpha', { args: ['--payer', 'beta'], faults }), 130);
        expect(await contentOf(scene.dataRoot)).toEqual(contents.nothing);
        await runUntilDone(scene, 'alpha', { args: ['--payer', 'beta'] });
        await expectFinished(scene, contents.both);
      });
    },
    timeFor(4),
  );

  it.each(factLayouts)(
    'while outputs are published leaves old ones or new ones, and the next run finishes, facts %s',
    async (layout) => {
      const load = async (scene: Scene) => {
        await runUntilDone(scene, 'beta');
        const publishing = (signal: NodeJS.Signals, file: string): Fault => ({
          at: { op: ['rename'], matching: `/${file}\\.parquet$` },
          act: { kind: 'signal', signal },
        });
        const faults = [
          publishing('SIGTERM', 'dim_payer'),
          publishing('SIGTERM', '(?:fact_rate|part-[^/]*)'),
        ];
        expectExit(await scene.run('alpha', { faults: below(scene, { faults }) }), 0, 143);
        await expectOldOrNew(scene, contents.beta, contents.both);
        await runUntilDone(scene, 'alpha');
        await expectFinished(scene, contents.both);
      };
      await inScene([alpha, beta], load, { layout });
    },
    timeFor(4),
  );

  const rounds = roundsOf({ quick: 2, long: 12 });
  it.each(factLayouts)(
    `at ${rounds} random moments, of any kind, loses nothing, facts %s`,
    async (layout) => {
      const seed = seedOf(`signals at random moments, ${layout}`);
      const load = async (scene: Scene) => {
        await runUntilDone(scene, 'beta');
        const restore = keep(scene);
        const { seconds } = expectExit(await scene.run('alpha'), 0);
        await inTurns(countTo(rounds), 1, async (round) => {
          restore();
          const random = randomFrom(seed + round);
          const signal = random.pick(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
          const running = scene.start('alpha');
          await sleep(random.fraction() * seconds * 1000);
          running.kill(signal);
          if (random.below(2) === 0) {
            await sleep(random.below(100));
            running.kill(signal);
          }
          const ended = await running.ended;
          // before the program has begun, Node ends as any process does
          if (ended.signal !== signal) expectExit(ended, exitCodes[signal], 0);
          await expectOldOrNew(scene, contents.beta, contents.both);
          await runUntilDone(scene, 'alpha');
          await expectFinished(scene, contents.both);
        });
      };
      await inScene([alpha, beta], load, { layout });
    },
    timeFor(rounds * 3),
  );
});

describe('a terminal or a pipe that goes away', () => {
  it(
    'loses nothing: the load goes on and completes',
    async () => {
      await inScene([alpha], async (scene) => {
        const running = scene.start('alpha', { faults: below(scene, { faults: [slowStages] }) });
        await running.until(() => running.stderr !== '');
        running.stopReading('stderr');
        running.stopReading('stdout');
        expectExit(await running.ended, 0);
        await expectFinished(scene, contents.alpha);
        expect(runsIn(scene.dataRoot)).toHaveLength(1);
      });
    },
    timeFor(2),
  );

  it(
    'before the start loses nothing either',
    async () => {
      await inScene([alpha], async (scene) => {
        expectExit(await scene.run('alpha', { shell: 'exec >&- 2>&-' }), 0);
        await expectFinished(scene, contents.alpha);
      });
    },
    timeFor(2),
  );

  it(
    'together with its hang-up stops the run, which goes on from there',
    async () => {
      await inScene([alpha], async (scene) => {
        const running = scene.start('alpha', { faults: below(scene, { faults: [slowStages] }) });
        await running.until(() => stagedIn(scene).length > 0);
        running.stopReading('stderr');
        running.stopReading('stdout');
        running.kill('SIGHUP');
        expectExit(await running.ended, 129);
        expect(await contentOf(scene.dataRoot)).toEqual(contents.nothing);
        const again = expectExit(await scene.run('alpha'), 0);
        expect(summaryOf(again).resumed_chunks).toBeGreaterThan(0);
        await expectFinished(scene, contents.alpha);
      });
    },
    timeFor(3),
  );
});
