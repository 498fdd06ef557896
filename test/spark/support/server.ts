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
  return startAt(port, program, argsWith(port), environment);
}

/** Starts a program, and waits until it listens at a port. */
export async function startAt(
  port: number,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const child = spawn(program, args, {
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

/** Starts another server behind one; they end together, also where the other one does not start. */
export async function startBehind(server: Server, start: () => Promise<Server>): Promise<AsyncDisposable> {
  const end = () => server[Symbol.asyncDispose]();
  const other = await start().catch(async (thrown: unknown) => {
    await end();
    throw thrown;
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await other[Symbol.asyncDispose]();
      await end();
    },
  };
}

/** A port at which nothing listens. */
export async function freePort(): Promise<number> {
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
