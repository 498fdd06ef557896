import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import pino from 'pino';
import { messageOf, systemCodeOf } from '../errors.js';

export interface LogFileOptions {
  /** Beyond which the file is set aside before the next line. */
  readonly maxBytes: number;
  /** How many files that were set aside are kept. */
  readonly files: number;
  /** Is told once of what fails: a full disk is no reason to end. */
  readonly complain: (message: string) => void;
}

/** A file that is open, and what it is to the system. */
interface Open {
  readonly destination: ReturnType<typeof pino.destination>;
  readonly device: number;
  readonly inode: number;
  /** Whether it can be renamed: a device or a pipe cannot. */
  readonly isFile: boolean;
}

/**
 * A log that any number of processes append to, each line by one call that is over when `write` returns. A file that is
 * full is renamed to a name that no other process uses, and whoever finds another file, or none, in its place opens
 * that: so no line is lost, whichever process is first.
 */
export class LogFile {
  readonly #path: string;
  readonly #options: LogFileOptions;
  #open: Open;
  #hasComplained = false;

  /** Throws what the system says where the file cannot be opened. */
  constructor(given: string, options: LogFileOptions) {
    // else the folder of `folder/../x.log` would be made on the way
    const file = resolve(given);
    this.#options = options;
    this.#open = this.#append(file);
    // a link stays, and what it leads to is set aside
    this.#path = this.#open.isFile ? behindLink(file) : file;
  }

  write(line: string): void {
    if (this.#open.isFile) this.#attempt(() => this.#renew());
    this.#open.destination.write(line);
  }

  end(): void {
    this.#open.destination.end();
  }

  /** Opens the file that is to be written to, unless it is the one that is open. */
  #renew(): void {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    const isOpen = found?.ino === this.#open.inode && found.dev === this.#open.device;
    if (isOpen && found.size < this.#options.maxBytes) return;
    if (isOpen) setAside(this.#path);
    const before = this.#open.destination;
    this.#open = this.#append(this.#path);
    before.end();
    removeOldest(this.#path, this.#options.files);
  }

  #append(file: string): Open {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(file, 'a');
    const stats = fstatSync(descriptor);
    const destination = pino.destination({ dest: descriptor, sync: true });
    destination.on('error', (cause) => this.#complain(cause));
    return { destination, device: stats.dev, inode: stats.ino, isFile: stats.isFile() };
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#complain(cause);
    }
  }

  #complain(cause: unknown): void {
    if (!this.#hasComplained) this.#options.complain(messageOf(cause));
    this.#hasComplained = true;
  }
}

/** Where a link leads. A file that another process has just set aside is made anew: a link to nothing leads nowhere. */
function behindLink(file: string): string {
  try {
    return realpathSync(file);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') throw cause;
    closeSync(openSync(file, 'a'));
    return behindLink(file);
  }
}

/** Names sort by time. The random part is for processes that do so at the same time. */
function setAside(path: string): void {
  const time = new Date().toISOString().replaceAll(/[-:]/g, '');
  const aside = nameAside(path, `${time}-${randomBytes(3).toString('hex')}`);
  try {
    renameSync(path, aside);
  } catch (cause) {
    // another process was first
    if (systemCodeOf(cause) !== 'ENOENT') throw cause;
  }
}

const asidePattern = /^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6}$/;

function removeOldest(path: string, kept: number): void {
  const [start = '', end = ''] = basename(nameAside(path, '\0')).split('\0');
  const aside = readdirSync(dirname(path)).filter(
    (name) =>
      name.startsWith(start) &&
      name.endsWith(end) &&
      asidePattern.test(name.slice(start.length, name.length - end.length)),
  );
  for (const name of aside.toSorted().slice(0, -kept)) rmSync(join(dirname(path), name), { force: true });
}

/** `x.log` and `x.error.log` are set aside as `x.<time>.log` and `x.error.<time>.log`. */
function nameAside(path: string, time: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${time}${extension}`);
}
