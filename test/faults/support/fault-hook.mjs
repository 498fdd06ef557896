/**
 * Loaded by Node before the command. ETL1_TEST_FAULTS, JSON as `faults.ts` describes it, says what goes wrong in this process:
 * the file system calls of the program and its packages are wrapped, so that the program needs no hook of its own.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { log, below, clockMs = 0, faults = [] } = JSON.parse(process.env.ETL1_TEST_FAULTS ?? '{}');

// what the hook itself calls must not be met by the hook
const { appendFileSync, copyFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } = fs;
const { closeSync, ftruncateSync, openSync, writeSync } = fs;

const pathsOfNumbers = new Map();
const pathsOfHandles = new WeakMap();

const pending = faults
  .filter(({ at }) => at.op !== undefined)
  .map(({ at, act }) => ({
    at,
    act,
    matching: new RegExp(at.matching ?? '', 's'),
    except: at.except === undefined ? null : new RegExp(at.except, 's'),
    seen: 0,
  }));

function pathOf(given) {
  if (typeof given === 'number') return pathsOfNumbers.get(given) ?? null;
  if (given instanceof URL) return fileURLToPath(given);
  if (typeof given === 'string' || Buffer.isBuffer(given)) return resolve(String(given));
  return null;
}

/** What a call is about: of a rename the new name, under which the program will look for the file. */
function subjectOf(op, args) {
  return pathOf(['rename', 'exchange', 'link', 'copyFile'].includes(op) ? args[1] : args[0]);
}

function errorOf(code, op, path) {
  const texts = {
    ENOSPC: 'no space left on device',
    EIO: 'i/o error',
    EACCES: 'permission denied',
    EMFILE: 'too many open files',
    EROFS: 'read-only file system',
    EINVAL: 'invalid argument',
  };
  const error = new Error(`${code}: ${texts[code] ?? 'injected'}, ${op} '${path}'`);
  return Object.assign(error, { code, syscall: op, path, errno: -1 });
}

/** Does what a fault says; gives the error that the call is to fail with, or null. */
function perform(act, op, path) {
  switch (act.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      // the signal is on its way: nothing more may happen here
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
      return null;
    case 'signal':
      process.kill(process.pid, act.signal);
      return null;
    case 'replace':
      replaceFile(act);
      return null;
    case 'overwrite':
      copyFileSync(act.by, act.path);
      return null;
    case 'remove':
      rmSync(act.path, { force: true });
      return null;
    case 'fill':
      fillDisk(act);
      return null;
    case 'pause':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, act.ms);
      return null;
    case 'fail':
      return errorOf(act.code, op, path);
    default:
      throw new RangeError(`no fault is called ${act.kind}`);
  }
}

/** Puts another file in the place of one, as a careful uploader does, or as one that keeps the times of files. */
function replaceFile({ path, by, keepTimes }) {
  const { atime, mtime } = statSync(path);
  copyFileSync(by, `${path}.new`);
  if (keepTimes) utimesSync(`${path}.new`, atime, mtime);
  renameSync(`${path}.new`, path);
}

/** Takes all space that a file system has left but some bytes. */
function fillDisk({ path, leave }) {
  const file = openSync(path, 'a');
  const block = Buffer.alloc(4096, 1);
  let bytes = 0;
  try {
    for (;;) bytes += writeSync(file, block);
  } catch {
    ftruncateSync(file, Math.max(0, bytes - leave));
  } finally {
    closeSync(file);
  }
}

function meet(op, path, phase) {
  if (path === null || (below !== undefined && !path.startsWith(below))) return null;
  if (log !== undefined && phase === 'before') appendFileSync(log, `${JSON.stringify({ op, path })}\n`);
  for (const fault of pending) {
    const { at, act, matching, except } = fault;
    if (!at.op.includes(op) || (at.phase ?? 'before') !== phase) continue;
    if (!matching.test(path) || except?.test(path)) continue;
    fault.seen += 1;
    const first = at.nth ?? 1;
    if (fault.seen < first || fault.seen >= first + (at.times ?? 1)) continue;
    const error = perform(act, op, path);
    if (error) return error;
  }
  return null;
}

function noteOpened(path, opened) {
  if (typeof opened === 'number') pathsOfNumbers.set(opened, path);
  else if (opened !== null && typeof opened === 'object') pathsOfHandles.set(opened, path);
}

function wrapSync(name, op, owner = fs) {
  const original = owner[name];
  owner[name] = function wrapped(...args) {
    const path = subjectOf(op, args);
    const error = meet(op, path, 'before');
    if (error) throw error;
    const result = original.apply(this, args);
    if (op === 'open') noteOpened(path, result);
    meet(op, path, 'after');
    return result;
  };
}

function wrapCallback(name, op) {
  const original = fs[name];
  const wrapped = function wrapped(...args) {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return original.apply(this, args);
    const path = subjectOf(op, args);
    const error = meet(op, path, 'before');
    if (error) return process.nextTick(callback, error);
    return original.call(this, ...args.slice(0, -1), (failure, ...results) => {
      if (!failure) {
        if (op === 'open') noteOpened(path, results[0]);
        meet(op, path, 'after');
      }
      callback(failure, ...results);
    });
  };
  // promisify goes by symbols
  for (const symbol of Object.getOwnPropertySymbols(original)) wrapped[symbol] = original[symbol];
  fs[name] = wrapped;
}

function wrapPromise(name, op) {
  const original = fs.promises[name];
  fs.promises[name] = async function wrapped(...args) {
    const path = subjectOf(op, args);
    const error = meet(op, path, 'before');
    if (error) throw error;
    const result = await original.apply(this, args);
    if (op === 'open') noteOpened(path, result);
    meet(op, path, 'after');
    return result;
  };
}

function wrapMethod(prototype, name, op) {
  const original = prototype[name];
  if (typeof original !== 'function') return;
  prototype[name] = async function wrapped(...args) {
    const path = pathsOfHandles.get(this) ?? null;
    const error = meet(op, path, 'before');
    if (error) throw error;
    const result = await original.apply(this, args);
    meet(op, path, 'after');
    return result;
  };
}

const byName = {
  access: 'access',
  appendFile: 'write',
  copyFile: 'copyFile',
  fdatasync: 'sync',
  fsync: 'sync',
  ftruncate: 'truncate',
  link: 'link',
  mkdir: 'mkdir',
  open: 'open',
  read: 'read',
  readFile: 'read',
  readdir: 'readdir',
  rename: 'rename',
  rm: 'remove',
  rmdir: 'remove',
  stat: 'stat',
  statfs: 'statfs',
  truncate: 'truncate',
  unlink: 'remove',
  write: 'write',
  writeFile: 'write',
  writev: 'write',
};
const byMethod = {
  appendFile: 'write',
  datasync: 'sync',
  read: 'read',
  readFile: 'read',
  stat: 'stat',
  sync: 'sync',
  truncate: 'truncate',
  write: 'write',
  writeFile: 'write',
  writev: 'write',
};

const someHandle = await fs.promises.open(fileURLToPath(import.meta.url), 'r');
const handlePrototype = Object.getPrototypeOf(someHandle);
await someHandle.close();
for (const [name, op] of Object.entries(byMethod)) wrapMethod(handlePrototype, name, op);
for (const [name, op] of Object.entries(byName)) {
  if (typeof fs[`${name}Sync`] === 'function') wrapSync(`${name}Sync`, op);
  if (typeof fs[name] === 'function') wrapCallback(name, op);
  if (typeof fs.promises[name] === 'function') wrapPromise(name, op);
}

// no part of Node.js; whoever imports it later gets what is put here
wrapSync('swapSync', 'exchange', createRequire(import.meta.url)('fs-native-extensions'));

if (clockMs !== 0) {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [RealDate.now() + clockMs] : args));
    }

    static now() {
      return RealDate.now() + clockMs;
    }
  };
}

/** Files that native libraries write are seen only where they lie: looked for every other millisecond. */
for (const { at, act } of faults.filter(({ at }) => at.appears !== undefined)) {
  const matching = new RegExp(at.appears);
  const timer = setInterval(() => {
    if (!isThere(at.folder, matching)) return;
    clearInterval(timer);
    setTimeout(() => perform(act, 'appear', at.folder), at.laterMs ?? 0);
  }, 1);
  timer.unref();
}

function isThere(folder, matching) {
  try {
    return readdirSync(folder).some((name) => matching.test(name));
  } catch {
    return false;
  }
}

// named imports of node:fs and node:fs/promises are copies, made when a module is linked
syncBuiltinESMExports();
