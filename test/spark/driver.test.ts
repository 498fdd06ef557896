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
        mkdirSync(join(folder, 'pyspark'));
        writeFileSync(join(folder, 'pyspark', '__init__.py'), '');
        writeFileSync(join(folder, 'pyspark', 'sql.py'), standIn);
        const path = join(folder, 'driver.sock');
        const server = createServer({ pauseOnConnect: !isRead }).listen(path);
        await once(server, 'listening');
        const python = spark?.environment['PYSPARK_PYTHON'] ?? 'python3';
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

  it('replaces a file of an object store by a copy, which it gives up where it fails', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'pyspark'));
      writeFileSync(join(folder, 'pyspark', '__init__.py'), '');
      writeFileSync(join(folder, 'pyspark', 'sql.py'), standIn);
      const python = spark?.environment['PYSPARK_PYTHON'] ?? 'python3';
      const { stdout } = await promisify(execFile)(python, ['-c', copyOnce], {
        env: { ...process.env, PYTHONPATH: `${folder}:${dirname(driver)}` },
      });
      expect(stdout.trim().split('\n')).toEqual([
        'open old, create new over it, close new, close old, delete old',
        'open old, create new over it, abort new, close old',
        'rename old new',
        'open old, create new over it, close new, close old, delete old',
        'open old, create new over it, close old',
      ]);
    }));
});

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
