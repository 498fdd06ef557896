import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../support/load-pair.js';
import { spark } from './support/spark.js';

const driver = fileURLToPath(new URL('../../src/spark/driver.py', import.meta.url));

const python = spark?.environment['PYSPARK_PYTHON'] ?? 'python3';

/** What the driver needs of Spark to say that it has a session, and no more. */
const standIn = `
class Context:
    master = "none"
    applicationId = "none"
    def statusTracker(self): return self
    def getActiveStageIds(self): return []
class Session:
    version = "0"
    sparkContext = Context()
class Builder:
    def getOrCreate(self): return Session()
class SparkSession:
    builder = Builder()
`;

describe.skipIf(!spark)('the driver', () => {
  it.each([true, false])(
    'ends with whoever started it, be what it has sent read or not (read: %s)',
    (isRead) =>
      withFolder(async (folder) => {
        standInFor(folder);
        const path = join(folder, 'driver.sock');
        const server = createServer({ pauseOnConnect: !isRead }).listen(path);
        await once(server, 'listening');
        const child = spawn(python, [driver, path], {
          env: { ...process.env, PYTHONPATH: folder },
          stdio: 'ignore',
        });
        const ended = once(child, 'exit');
        const [socket]: Socket[] = await once(server, 'connection');
        if (isRead) await once(socket ?? server, 'data');
        // what is sent lies there, and nobody reads it any more
        else await new Promise((resolve) => setTimeout(resolve, 1_000));
        socket?.destroy();
        const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await ended;
        clearTimeout(timer);
        server.close();
        expect({ code: child.exitCode, signal: child.signalCode }).toEqual({ code: 1, signal: null });
      }),
  );

  it('says what an error was caused by in the end, once, and without traces', () =>
    withFolder(async (folder) => {
      expect(await runInDriver(folder, describeErrors)).toEqual([
        '[TASK_WRITE_FAILED] Task failed while writing rows.; caused by org.apache.hadoop.fs.FSError: java.io.IOException: No space left on device',
        'Job aborted: Lost task 0.0: java.io.IOException: Mkdirs failed',
        '[USER_RAISED_EXCEPTION] no text SQLSTATE: P0001',
        'java.lang.IllegalArgumentException: Wrong FS; caused by java.lang.NullPointerException',
        `${'x'.repeat(1_000)}; caused by B: 1`,
        'Lost task 10; caused by A: 1; caused by B',
        'it is not renamed',
        'KeyError',
      ]);
    }));

  it('replaces a file of an object store by a copy, which it gives up where it fails', () =>
    withFolder(async (folder) => {
      expect(await runInDriver(folder, copyOnce)).toEqual([
        'open old, create new over it, close new, close old, delete old',
        'open old, create new over it, abort new, close old',
        'rename old new',
        'open old, create new over it, close new, close old, delete old',
        'open old, create new over it, close old',
      ]);
    }));
});

describe.skipIf(!spark)('a session beside that of a program', () => {
  it('ends with jobs that begin only after whoever asked for them is gone, and with none that was not begun', () =>
    withFolder(async (folder) => {
      expect(await runInDriver(folder, endInSession)).toEqual(['planned, cancelled', 'stopped']);
    }));
});

/** Gives the lines that a program prints which uses the driver. */
async function runInDriver(folder: string, program: string): Promise<string[]> {
  standInFor(folder);
  const { stdout } = await promisify(execFile)(python, ['-c', program], {
    env: { ...process.env, PYTHONPATH: `${folder}:${dirname(driver)}` },
  });
  return stdout.trim().split('\n');
}

/** Puts the stand-in where the driver finds it as Spark. */
function standInFor(folder: string): void {
  mkdirSync(join(folder, 'pyspark'));
  writeFileSync(join(folder, 'pyspark', '__init__.py'), '');
  writeFileSync(join(folder, 'pyspark', 'sql.py'), standIn);
  writeFileSync(join(folder, 'pyspark', 'errors.py'), 'class AnalysisException(Exception): pass\n');
}

/** Errors as they come over the bridge to Java: of Java itself, of Spark's own kind, and of Python. */
const describeErrors = `
import driver

class Thrown:
    def __init__(self, name, message, cause=None): self.name, self.message, self.cause = name, message, cause
    def toString(self): return self.name if self.message is None else f"{self.name}: {self.message}"
    def getMessage(self): return self.message
    def getCause(self): return self.cause

class OfJava(Exception):
    def __init__(self, thrown): self.java_exception = thrown

class OfSpark(Exception):
    def __init__(self, said, thrown): self.said, self._origin = said, thrown
    def getMessage(self): return self.said

io = "java.io.IOException"
full = Thrown("org.apache.hadoop.fs.FSError", f"{io}: No space left on device", Thrown(io, "No space left on device"))
unwritten = "[TASK_WRITE_FAILED] Task failed while writing rows."
trace = "\\n\\tat a.B.c(B.java:1) ~[a.jar:1]\\n\\tat java.base/d.E$F.<init>(E.java)\\n\\t... 12 more\\n\\nDriver stacktrace:"
lost = Thrown("Job aborted", f"Lost task 0.0: {io}: Mkdirs failed{trace}", Thrown(io, "Mkdirs failed"))
wrong = Thrown("java.lang.IllegalArgumentException", "Wrong FS", Thrown("java.lang.NullPointerException", None))
raised = "[USER_RAISED_EXCEPTION] no text SQLSTATE: P0001"
one, round = Thrown("A", "1"), Thrown("B", "")
one.cause, round.cause = round, one
for error in [
    OfSpark(unwritten, Thrown("SparkException", unwritten, full)),
    OfJava(lost),
    OfSpark(raised, Thrown("SparkRuntimeException", f"{raised} == SQL ==")),
    OfSpark("", wrong),
    OfJava(Thrown("x" * 2_000, None, Thrown("B", "1"))),
    OfSpark("Lost task 10", Thrown("C", "Lost task 10", one)),
    OSError("it is not renamed"),
    KeyError(),
]:
    print(driver.message_of(error))
`;

/** Statements of which the first is planned for a while when the session ends, and others wait for it. */
const endInSession = `
import threading, time, types
from concurrent.futures import ThreadPoolExecutor
import in_session

runs, cancelled = threading.Event(), threading.Event()
said = []

def cancel(tag):
    if runs.is_set(): cancelled.set()

def planned():
    time.sleep(1)
    runs.set()
    said.append("planned, cancelled" if cancelled.wait(20) else "planned, not cancelled")

def serve(session, channel, begin):
    workers = ThreadPoolExecutor(1, initializer=begin)
    workers.submit(planned)
    workers.submit(said.append, "begun afterwards")
    return workers

in_session.serve = serve
in_session.PassingChannel = lambda path: types.SimpleNamespace(send=lambda message: said.extend(message))
context = types.SimpleNamespace(addJobTag=lambda tag: None, cancelJobsWithTag=cancel)
in_session.serve_beside(types.SimpleNamespace(sparkContext=context), "nowhere")
for line in said: print(line)
`;

/** Moves a file over another one, as it should be and failing, and to a name that is free; in a store that is told of a failure, and in one that is not. */
const copyOnce = `
import types
import driver

class Files:
    def __init__(self, there, scheme): self.there, self.scheme = there, scheme
    def makeQualified(self, path): return path
    def mkdirs(self, path): pass
    def getScheme(self): return self.scheme
    def exists(self, path): return path.name in self.there
    def open(self, path): return Stream(path)
    def create(self, path, over):
        said.append(f"create {path.name} over it" if over else "no")
        return Stream(path, said_open=False, abortable=self.scheme == "s3a")
    def delete(self, path, deep): said.append(f"delete {path.name}")
    def rename(self, old, new):
        said.append(f"rename {old.name} {new.name}")
        return True

class Path:
    def __init__(self, name): self.name = name
    def getParent(self): return self

class Stream:
    def __init__(self, path, said_open=True, abortable=False):
        self.path, self.abortable = path, abortable
        if said_open: said.append(f"open {path.name}")
    def hasCapability(self, name): return self.abortable
    def close(self): said.append(f"close {self.path.name}")
    def abort(self): said.append(f"abort {self.path.name}")

def copy_bytes(read, written, size, close):
    if fails: raise OSError("broken")

io = types.SimpleNamespace(IOUtils=types.SimpleNamespace(copyBytes=copy_bytes))
hadoop = types.SimpleNamespace(io=io)
spark = types.SimpleNamespace(_jvm=types.SimpleNamespace(org=types.SimpleNamespace(apache=types.SimpleNamespace(hadoop=hadoop))))
tried = [("s3a", ["new"], False), ("s3a", ["new"], True), ("s3a", [], False), ("gs", ["new"], False), ("gs", ["new"], True)]
for scheme, there, fails in tried:
    said = []
    files = Files(there, scheme)
    driver.locate = lambda spark, name: (files, Path(name))
    try:
        driver.move(spark, "old", "new")
    except OSError:
        pass
    print(", ".join(said))
`;
