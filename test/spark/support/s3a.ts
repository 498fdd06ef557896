import { join } from 'node:path';
import { withJars } from './jars.js';
import { startServer } from './server.js';
import type { Store } from './store.js';

/** A server that stands in for S3, with a bucket. */
export async function startS3a(installed: string): Promise<Store> {
  const server = await startServer(join(installed, 'python/bin/python'), (port) => [
    ...['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`],
  ]);
  const endpoint = `http://127.0.0.1:${server.port}`;
  await fetch(`${endpoint}/lake`, { method: 'PUT' });
  return {
    address: 's3a://lake',
    conf: {
      ...withJars(installed),
      'spark.hadoop.fs.s3a.endpoint': endpoint,
      'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
      'spark.hadoop.fs.s3a.path.style.access': 'true',
      'spark.hadoop.fs.s3a.access.key': 'anybody',
      'spark.hadoop.fs.s3a.secret.key': 'anything',
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
