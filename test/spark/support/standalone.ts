import { join } from 'node:path';
import type { Cluster, ClusterPlaces } from './cluster.js';
import { startBehind, startServer } from './server.js';

/** A plain cluster of a master and a worker. */
export async function startStandalone({ home, folder }: ClusterPlaces): Promise<Cluster> {
  const program = join(home, 'bin/spark-class');
  const environment = {
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_DIRS: folder,
    // what is killed leaves files behind
    JAVA_TOOL_OPTIONS: `-Djava.io.tmpdir=${folder}`,
    SPARK_MASTER_OPTS: '-Dspark.master.rest.enabled=false',
  };
  const address = (port: number) => ['--host', '127.0.0.1', '--port', `${port}`, '--webui-port', '0'];
  const master = await startServer(
    program,
    (port) => ['org.apache.spark.deploy.master.Master', ...address(port)],
    environment,
  );
  const url = `spark://127.0.0.1:${master.port}`;
  const size = ['--cores', '1', '--memory', '1g', '--work-dir', join(folder, 'work')];
  const both = await startBehind(master, () =>
    startServer(
      program,
      (port) => ['org.apache.spark.deploy.worker.Worker', ...address(port), ...size, url],
      environment,
    ),
  );
  return { master: url, conf: {}, environment: {}, [Symbol.asyncDispose]: () => both[Symbol.asyncDispose]() };
}
