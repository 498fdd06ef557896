import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { spark } from './spark.js';
import type { Store } from './store.js';

const details = z.object({ namenode_port: z.number() });

/** A file system of Hadoop with one name node and one data node, in a folder. */
export async function startHdfs(installed: string, folder: string): Promise<Store> {
  const classes = [join(installed, 'jars/*'), join(spark?.environment['SPARK_HOME'] ?? '', 'jars/*')];
  const written = join(folder, 'details.json');
  const server = spawn(
    'java',
    [
      ...['-cp', classes.join(':'), 'org.apache.hadoop.test.MiniDFSClusterManager'],
      ...['-datanodes', '1', '-format', '-D', `hdfs.minidfs.basedir=${folder}/blocks`],
      ...['-writeDetails', written],
    ],
    { stdio: 'ignore' },
  );
  const port = await portIn(written, server);
  return {
    address: `hdfs://localhost:${port}`,
    conf: {},
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function portIn(path: string, server: ChildProcess): Promise<number> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    if (server.exitCode !== null) throw new RangeError(`HDFS ended with ${server.exitCode}`);
    // what is there may not be whole yet
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (text.endsWith('}')) return details.parse(JSON.parse(text)).namenode_port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill('SIGKILL');
  throw new RangeError('HDFS has not started within two minutes');
}
