import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sparkEnvironmentFolder } from '../../../scripts/install-spark.js';
import { EtlError } from '../../../src/errors.js';
import { spark, startSession } from './spark.js';

/** A file system of Hadoop with one name node and one data node, in a folder. */
export interface Hdfs extends AsyncDisposable {
  /** Such as `hdfs://localhost:34359`. */
  readonly address: string;
}

const details = z.object({ namenode_port: z.number() });

/** Starts one; null where there is no Spark, or where it cannot be fetched, which is said. */
export async function startHdfs(folder: string): Promise<Hdfs | null> {
  if (!spark) return null;
  const jars = join(spark.environment['SPARK_HOME'] ?? '', 'jars');
  const jar = await fetchCluster(versionIn(jars));
  if (jar === null) return null;
  const written = join(folder, 'details.json');
  const server = spawn(
    'java',
    [
      ...['-cp', `${jar}:${jars}/*`, 'org.apache.hadoop.test.MiniDFSClusterManager'],
      ...[
        '-datanodes',
        '1',
        '-format',
        '-D',
        `hdfs.minidfs.basedir=${folder}/blocks`,
        '-writeDetails',
        written,
      ],
    ],
    { stdio: 'ignore' },
  );
  const port = await portIn(written, server);
  return {
    address: `hdfs://localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
    },
  };
}

/** The version of the Hadoop that a Spark brings. */
function versionIn(jars: string): string {
  const [version] = readdirSync(jars).flatMap(
    (name) => /^hadoop-client-api-(.+)\.jar$/.exec(name)?.[1] ?? [],
  );
  if (version === undefined) throw new RangeError(`${jars}: no Hadoop`);
  return version;
}

/** Spark fetches what it is told that it needs, once, and keeps it; gives where. */
async function fetchCluster(version: string): Promise<string | null> {
  const ivy = join(dirname(sparkEnvironmentFolder()), 'ivy');
  const jar = join(ivy, `jars/org.apache.hadoop_hadoop-client-minicluster-${version}.jar`);
  if (existsSync(jar)) return jar;
  const name = `org.apache.hadoop:hadoop-client-minicluster:${version}`;
  try {
    const session = await startSession('local[1]', { 'spark.jars.packages': name, 'spark.jars.ivy': ivy });
    await session[Symbol.asyncDispose]();
  } catch (thrown) {
    const isUnfetched = thrown instanceof EtlError && /unresolved dependency|not found/i.test(thrown.message);
    if (!isUnfetched) throw thrown;
    process.stderr.write(`skipped: Spark cannot fetch ${name}\n`);
    return null;
  }
  return jar;
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
