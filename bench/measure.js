import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SlowCores, slowSpeed } from './slow-cores.js';

const msBetweenLooks = 20;
/** Of the kernel's clock for processor time, on every Linux. */
const ticksPerSecond = 100;

/**
 * What one run of a command took.
 *
 * @typedef {object} Measure
 * @property {number} seconds From its start to its end.
 * @property {number | null} cpuSeconds Of user and system; null where there is no /proc.
 * @property {number | null} peakRssMb Largest resident set in MiB; null where there is no /proc.
 * @property {number} [busiestShare] On slow cores, the part of the time for which its busiest thread was at work.
 */

/**
 * Runs `node …` and measures the whole process, on so many slow cores if that is asked for. Throws what it said on stderr where it fails.
 *
 * @param {readonly string[]} args
 * @param {{ environment: object, cwd: string, slowCores?: number }} options
 * @returns {Promise<Measure>}
 */
export async function measure(args, { environment, cwd, slowCores }) {
  const cores = slowCores === undefined ? null : new SlowCores(slowCores);
  const command = [process.execPath, ...args];
  const [program, ...rest] = cores ? cores.commandOf(command) : command;
  const cpuBefore = cpuOfChildren();
  const started = performance.now();
  const child = spawn(program, rest, { cwd, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  cores?.follow(child.pid);
  let seconds = 0;
  child.once('exit', () => {
    seconds = (performance.now() - started) / 1000;
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  let peakRssMb = null;
  const timer = setInterval(() => {
    peakRssMb = peakOf(child.pid) ?? peakRssMb;
  }, msBetweenLooks);
  let busiestSeconds;
  try {
    await once(child, 'close');
  } finally {
    clearInterval(timer);
    busiestSeconds = cores?.close();
  }
  if (child.exitCode !== 0)
    throw new Error(`${child.signalCode ?? `exit code ${child.exitCode}`}: ${stderr.trim()}`);
  const cpuAfter = cpuOfChildren();
  const busiest = cores && { busiestShare: busiestSeconds / (seconds * slowSpeed) };
  return { seconds, cpuSeconds: cpuAfter === null ? null : cpuAfter - cpuBefore, peakRssMb, ...busiest };
}

/** The kernel keeps the high-water mark: the last look before the end counts, however long ago the peak was. */
function peakOf(pid) {
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(readProc(`${pid}/status`) ?? '');
  return found ? Number(found[1]) / 1024 : null;
}

/** Processor time of the processes that this one has started and seen end. */
function cpuOfChildren() {
  const stat = readProc('self/stat');
  if (stat === null) return null;
  // the name of the program, in brackets, may hold spaces; user and system time of children are fields 16 and 17
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

function readProc(path) {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return null;
  }
}
