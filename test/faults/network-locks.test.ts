import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeFor } from './support/effort.js';
import { type MadeInput, makeInput } from './support/input.js';
import { type NetworkDisk, noNetworkDisk, withNetworkDisk } from './support/network-disk.js';
import { runsIn } from './support/outputs.js';
import type { Ended, Running } from './support/process.js';
import {
  below,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  makeFolder,
  type Scene,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 70 });
});
afterAll(() => shared.remove());

interface Hosts {
  /** A run of the one host, stopped while it stages. */
  readonly stopped: Running;
  /** Runs the same command on the other host. */
  readonly run: () => Promise<Ended>;
  /** The data root as the other host sees it. */
  readonly dataRoot: string;
}

/** Stops a run on one of two hosts while it holds its slice, and does what follows. */
function whileOneIsStopped(work: (hosts: Hosts, disk: NetworkDisk) => Promise<void>): Promise<void> {
  return withNetworkDisk((disk) => {
    const dataRoot = join(disk.other, 'data');
    const load = async (scene: Scene) => {
      const staging = { op: ['rename'] as const, matching: '/\\.staging/', times: 100 };
      const slowly = below(scene, { faults: [{ at: staging, act: { kind: 'pause', ms: 2_000 } }] });
      const stopped = scene.start(alpha.payer, { faults: slowly });
      expect(await stopped.until(() => /Processing/.test(stopped.stderr))).toBe(true);
      stopped.kill('SIGSTOP');
      const run = () => scene.run(alpha.payer, { environment: { ETL1_DATA_ROOT: dataRoot } });
      await work({ stopped, run, dataRoot }, disk);
    };
    return inScene([alpha], load, { dataRoot: join(disk.one, 'data') });
  });
}

/** Expects that the other host is turned away, and told who holds the slice. */
async function expectTurnedAway({ stopped, run, dataRoot }: Hosts): Promise<void> {
  const busy = expectExit(await run(), 75);
  expectMessage(busy, new RegExp(`process ${stopped.pid}\\b`), hostname());
  expect(runsIn(dataRoot)).toEqual([]);
}

/** Expects that the other host loads all, as soon as the server has noticed. */
async function expectTakenOver({ run, dataRoot }: Hosts): Promise<void> {
  let ended = await run();
  for (let time = 0; time < 20 && ended.exitCode === 75; time += 1) {
    await sleep(500);
    ended = await run();
  }
  expectExit(ended, 0);
  await expectFinished({ dataRoot }, await expectedOf(alpha));
  expect(runsIn(dataRoot)).toHaveLength(1);
}

describe.skipIf(noNetworkDisk !== null)('on a network file system, a run that is stopped on one host', () => {
  it(
    'is named to another, which loads all once it is killed',
    () =>
      whileOneIsStopped(async (hosts) => {
        await expectTurnedAway(hosts);
        hosts.stopped.kill('SIGKILL');
        await hosts.stopped.ended;
        await expectTakenOver(hosts);
      }),
    timeFor(6),
  );

  it(
    'is named to another, which loads all once that host is gone',
    () =>
      whileOneIsStopped(async (hosts, { killOne }) => {
        await expectTurnedAway(hosts);
        await killOne();
        await expectTakenOver(hosts);
        // whoever is still there has lost the disk, and changes nothing
        hosts.stopped.kill('SIGCONT');
        expectMessage(expectExit(await hosts.stopped.ended, 73), /mount the file system again/);
        await expectFinished(hosts, await expectedOf(alpha));
      }),
    timeFor(6),
  );
});
