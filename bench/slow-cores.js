import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a core's time that a slow core has. */
export const slowSpeed = 0.5;

/** Where the kernel has its groups for processor time (cgroup v1): whoever may write there may slow down threads, not only processes. */
const root = '/sys/fs/cgroup/cpu';
const periodUs = 10_000;

const msBetweenLooks = 5;
const looksBetweenCounts = 10;
/** Of the kernel's clock for processor time, on every Linux. */
const ticksPerSecond = 100;

/**
 * So many cores of half the speed, on a machine of half as many: every thread of a process gets half of the time at most, and all of them
 * together what so many slow cores have.
 */
export class SlowCores {
  #folder;
  /** Processor time of each thread, in ticks. */
  #threads = new Map();
  #timer;

  /** Throws where threads cannot be slowed down. */
  constructor(cores) {
    this.#folder = join(root, `slow-cores-${process.pid}`);
    try {
      makeGroup(this.#folder, cores * slowSpeed);
      this.#addGroup('first');
    } catch (cause) {
      this.#remove();
      throw new Error(`threads cannot be slowed down here: ${cause.message}`, { cause });
    }
  }

  /** The command by which another one is started on these cores. */
  commandOf(command) {
    return [
      'sh',
      '-c',
      'echo 0 > "$0" && exec "$@"',
      join(this.#folder, 'first', 'cgroup.procs'),
      ...command,
    ];
  }

  /** Gives each thread that a process has, or gets, a group of its own. */
  follow(pid) {
    let looks = 0;
    this.#timer = setInterval(() => {
      try {
        for (const thread of readdirSync(`/proc/${pid}/task`))
          if (!this.#threads.has(thread)) this.#add(thread);
        if (looks % looksBetweenCounts === 0) this.#count(pid);
        looks += 1;
      } catch (error) {
        // it may end at any moment
        if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
      }
    }, msBetweenLooks);
  }

  /** Ends this, once the process has ended. Gives the seconds that its busiest thread was at work. */
  close() {
    clearInterval(this.#timer);
    this.#remove();
    return Math.max(0, ...this.#threads.values()) / ticksPerSecond;
  }

  #add(thread) {
    writeFileSync(join(this.#addGroup(thread), 'tasks'), thread);
    this.#threads.set(thread, 0);
  }

  #addGroup(name) {
    const folder = join(this.#folder, name);
    makeGroup(folder, slowSpeed);
    return folder;
  }

  #remove() {
    if (!existsSync(this.#folder)) return;
    const groups = readdirSync(this.#folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of groups) rmdirSync(join(this.#folder, name));
    rmdirSync(this.#folder);
  }

  #count(pid) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // the name of a thread, in brackets, may hold spaces
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      this.#threads.set(thread, Number(fields[11]) + Number(fields[12]));
    }
  }
}

function makeGroup(folder, cores) {
  // the number of a thread that has ended may be given to another
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cpu.cfs_period_us'), String(periodUs));
  writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(Math.round(periodUs * cores)));
}
