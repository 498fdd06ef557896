import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { EtlError, hintFor, messageOf } from '../errors.js';

/** Who holds a lock, as its file says. */
const holderSchema = z.object({
  run_id: z.string(),
  payer: z.string(),
  pid: z.number(),
  host: z.string(),
  since: z.string(),
});
export type Holder = z.output<typeof holderSchema>;

/** What a run tells of itself to those who find its lock. */
export function makeHolder(runId: string, payer: string, now: Date): Holder {
  return { run_id: runId, payer, pid: process.pid, host: hostname(), since: now.toISOString() };
}

const step = 'locking';

/**
 * A lock that the kernel keeps on an open file: it goes when the process ends, however it ends, so that none is ever left
 * behind. The file stays, since one that is removed could be locked by two under one name (docs/reliability.md).
 */
export class Lock implements AsyncDisposable {
  readonly #file: FileHandle;
  /** Whether whoever held it before ended without letting go: killed, or by a library that ends the process. */
  readonly holderDied: boolean;

  private constructor(file: FileHandle, holderDied: boolean) {
    this.#file = file;
    this.holderDied = holderDied;
  }

  /** Takes a lock; null where another holds it. Throws `output` where files cannot be locked. */
  static async tryTake(path: string, holder: Holder): Promise<Lock | null> {
    const file = await openToLock(path);
    try {
      const { tryLock } = await import('fs-native-extensions');
      if (!tryLock(file.fd)) {
        await file.close();
        return null;
      }
      const { size } = await file.stat();
      await file.truncate();
      await file.write(`${JSON.stringify(holder)}\n`, 0);
      return new Lock(file, size > 0);
    } catch (cause) {
      await file.close();
      throw cannotLock(path, cause);
    }
  }

  /** Takes a lock, or throws `busy`, which says who holds it since when. */
  static async take(path: string, holder: Holder, subject: string): Promise<Lock> {
    const takeNow = () => Lock.tryTake(path, holder);
    // a dry run that looks whether it is held keeps it for less than that
    const lock = (await takeNow()) ?? (await wait(lookMs).then(takeNow));
    if (lock) return lock;
    // whoever has just taken it says so a moment later
    const other = (await readHolder(path)) ?? (await wait(settleMs).then(() => readHolder(path)));
    throw isBusy(subject, describeHolder(other));
  }

  /** Takes a lock as soon as it is free; `onWait` is told once who holds it. */
  static async takeInTurn(
    path: string,
    holder: Holder,
    signal: AbortSignal,
    onWait: (holder: string) => void,
  ): Promise<Lock> {
    for (let turn = 0; ; turn += 1) {
      signal.throwIfAborted();
      const lock = await Lock.tryTake(path, holder);
      if (lock) return lock;
      if (turn === longTurn) onWait(describeHolder(await readHolder(path)));
      await wait(Math.min(5 * (turn + 1), 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // others may look at the file before the next holder has written to it
    await this.#file.truncate().catch(() => {});
    // a file system that is gone refuses this too; the lock goes all the same, and the error that counts is another
    await this.#file.close().catch(() => {});
  }
}

/**
 * Who holds a lock; null where nobody does. Writes nothing, and keeps nobody from taking it: a file that is empty is held by
 * nobody, and one that is not is locked for a moment to tell a run that lives from one that died.
 */
export async function lookAtLock(path: string): Promise<string | null> {
  const holder = await readHolder(path);
  if (!holder) return null;
  const file = await open(path, 'r');
  try {
    const { tryLock } = await import('fs-native-extensions');
    return tryLock(file.fd, { shared: true }) ? null : describeHolder(holder);
  } catch (cause) {
    throw cannotLock(path, cause);
  } finally {
    await file.close();
  }
}

/** What whoever wants a lock is told while another, as described, holds it. */
export function isBusy(subject: string, holder: string): EtlError {
  return new EtlError('busy', `${subject} is being loaded already: ${holder}`, {
    step,
    hint: 'wait until that run has ended, then run the same command again',
  });
}

/** Milliseconds for which nobody looks at a lock. */
const lookMs = 50;

/** Milliseconds after which a lock's file surely says who holds it. */
const settleMs = 200;

/** After so many turns (some two seconds) a wait is worth a word. */
const longTurn = 30;

async function openToLock(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, 'a+');
  } catch (cause) {
    throw cannotLock(path, cause);
  }
}

function cannotLock(path: string, cause: unknown): EtlError {
  return new EtlError('output', `${path}: cannot be locked: ${messageOf(cause)}`, {
    step,
    hint: hintFor(cause),
    cause,
  });
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const file = await open(path, 'r');
    try {
      return holderSchema.parse(JSON.parse(await file.readFile('utf8')));
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function describeHolder(holder: Holder | null): string {
  if (!holder) return 'by another run, which does not say which';
  const { run_id: run, payer, pid, host, since } = holder;
  return `by run ${run} of payer ${payer}, process ${pid} on ${host}, since ${since}`;
}
