import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
});
