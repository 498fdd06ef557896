import { join } from 'node:path';
import { withJars } from './jars.js';
import { startServer } from './server.js';
import type { Store } from './store.js';

/** A server that stands in for Google Cloud Storage, with a bucket. */
export async function startGs(installed: string): Promise<Store> {
  const server = await startServer(join(installed, 'bin/fake-gcs-server'), (port) => [
    ...['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-backend', 'memory'],
    ...['-external-url', `http://127.0.0.1:${port}`, '-public-host', `127.0.0.1:${port}`],
  ]);
  const endpoint = `http://127.0.0.1:${server.port}`;
  await fetch(`${endpoint}/storage/v1/b?project=etl1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'lake' }),
  });
  return {
    address: 'gs://lake',
    conf: {
      ...withJars(installed),
      'spark.hadoop.fs.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem',
      'spark.hadoop.fs.gs.storage.root.url': `${endpoint}/`,
      'spark.hadoop.fs.gs.auth.type': 'UNAUTHENTICATED',
      'spark.hadoop.fs.gs.project.id': 'etl1',
      // it asks Hadoop 3.4 for what that no longer has
      'spark.hadoop.parquet.hadoop.vectored.io.enabled': 'false',
      // the server knows no request that renames: a file is copied, and removed
      'spark.hadoop.fs.gs.operation.move.enable': 'false',
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
