import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A file system that a server on this machine keeps, as two hosts see it that have a client each. */
export interface NetworkDisk {
  /** Where each client has mounted it. */
  readonly one: string;
  readonly other: string;
  /** Ends the one client as if its host died: at once, with all that is open. */
  killOne(): Promise<void>;
}

/** Milliseconds after which what has not happened is given up. */
const mostMs = 20_000;

/** Why there can be none here, which is said once; null where nothing is known against it. */
export const noNetworkDisk: string | null = findObstacle();

/** Runs work with a GlusterFS of one brick on the loopback, of which nothing is left afterwards. */
export async function withNetworkDisk(work: (disk: NetworkDisk) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-network-'));
  const at = (name: string) => join(folder, name);
  const mounts = { one: at('one'), other: at('other') };
  const children: ChildProcess[] = [];
  const launch = (program: string, volume: string, ...rest: string[]) => {
    const args = ['--no-daemon', '-f', at(volume), '-l', at('log'), ...rest];
    const child = spawn(program, args, { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  try {
    for (const path of [at('brick'), ...Object.values(mounts)]) mkdirSync(path);
    const port = await findPort();
    writeFileSync(at('server'), serverOf(at('brick'), port));
    writeFileSync(at('client'), clientOf(port));
    launch('glusterfsd', 'server');
    const one = launch('glusterfs', 'client', mounts.one);
    launch('glusterfs', 'client', mounts.other);
    await waitFor(() => Object.values(mounts).every(isServed)).catch((cause) => {
      throw new Error(`GlusterFS did not start: ${readFileSync(at('log'), 'utf8')}`, { cause });
    });
    await work({ ...mounts, killOne: () => end(one) });
  } finally {
    // lazily: the kernel lets go of a mount also where nobody answers for it
    for (const mount of Object.values(mounts)) if (isMounted(mount)) doBriefly('umount', '-l', mount);
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true });
  }
}

function findObstacle(): string | null {
  const obstacle = obstacleHere();
  if (obstacle !== null) process.stderr.write(`skipped: no network file system: ${obstacle}\n`);
  return obstacle;
}

function obstacleHere(): string | null {
  if (process.getuid?.() !== 0 || !doBriefly('unshare', '--mount', 'true'))
    return 'this process may not mount';
  const missing = ['glusterfsd', 'glusterfs'].find((program) => !doBriefly(program, '--version'));
  if (missing !== undefined) return `there is no ${missing}`;
  try {
    accessSync('/dev/fuse');
    return null;
  } catch {
    return 'there is no /dev/fuse';
  }
}

/** Whether a program did what it was asked to. */
function doBriefly(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { timeout: mostMs, killSignal: 'SIGKILL' }).status === 0;
}

const isMounted = (folder: string) => readFileSync('/proc/self/mounts', 'utf8').includes(` ${folder} `);

/** Looks by a process of its own: one that looks at a mount may have to wait for it. */
const isServed = (folder: string) => isMounted(folder) && doBriefly('ls', folder);

async function waitFor(holds: () => boolean): Promise<void> {
  const limit = performance.now() + mostMs;
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`not within ${mostMs} ms`);
    await sleep(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** A port of the loopback that is free now. */
async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

const serverOf = (folder: string, port: number) => `volume files
  type storage/posix
  option directory ${folder}
end-volume
volume locks
  type features/locks
  subvolumes files
end-volume
volume server
  type protocol/server
  option transport-type tcp
  option transport.socket.bind-address 127.0.0.1
  option transport.socket.listen-port ${port}
  option auth.addr.locks.allow 127.0.0.1
  subvolumes locks
end-volume
`;

const clientOf = (port: number) => `volume client
  type protocol/client
  option transport-type tcp
  option remote-host 127.0.0.1
  option remote-port ${port}
  option remote-subvolume locks
end-volume
`;
