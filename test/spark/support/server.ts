import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A program that serves something on this machine. */
export interface Server extends AsyncDisposable {
  readonly port: number;
}

const mostMs = 60_000;

/** Starts a program that is told its port, and waits until it listens there. */
export async function startServer(
  program: string,
  argsWith: (port: number) => readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const port = await freePort();
  const child = spawn(program, argsWith(port), {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let waited = 0; !(await isListening(port)); waited += 100) {
    if (child.exitCode !== null) throw new RangeError(`${program} ended with ${child.exitCode}`);
    if (waited >= mostMs) {
      await end();
      throw new RangeError(`${program} does not listen within a minute`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, [Symbol.asyncDispose]: end };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = server.address();
  server.close();
  if (found === null || typeof found === 'string') throw new RangeError('there is no free port');
  return found.port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
