import { join } from 'node:path';
import type { Cluster, ClusterPlaces } from './cluster.js';
import { type Server, startBehind, startServer } from './server.js';

const program = (home: string) => join(home, 'bin/spark-class');

const environmentIn = (folder: string) => ({
  SPARK_LOCAL_IP: '127.0.0.1',
  SPARK_LOCAL_DIRS: folder,
  // what is killed leaves files behind
  JAVA_TOOL_OPTIONS: `-Djava.io.tmpdir=${folder}`,
  SPARK_MASTER_OPTS: '-Dspark.master.rest.enabled=false',
});

const address = (port: number) => ['--host', '127.0.0.1', '--port', `${port}`, '--webui-port', '0'];

const startServerOf = ({ home, folder }: ClusterPlaces, name: string, options: readonly string[]) =>
  startServer(
    program(home),
    (port) => [`org.apache.spark.deploy.${name}`, ...address(port), ...options],
    environmentIn(folder),
  );

/** A plain cluster of a master and a worker. */
export async function startStandalone(places: ClusterPlaces): Promise<Cluster> {
  const master = await startServerOf(places, 'master.Master', []);
  const both = await startBehind(master, () => startWorker(places, urlOf(master)));
  return clusterOf(master, both);
}

/** The master of a plain cluster. */
export async function startMaster(places: ClusterPlaces): Promise<Cluster> {
  const master = await startServerOf(places, 'master.Master', []);
  return clusterOf(master, master);
}

/** A worker with room for one executor. */
export function startWorker(places: ClusterPlaces, master: string): Promise<Server> {
  const size = ['--cores', '1', '--memory', '1g', '--work-dir', join(places.folder, 'work')];
  return startServerOf(places, 'worker.Worker', [...size, master]);
}

const urlOf = ({ port }: Server) => `spark://127.0.0.1:${port}`;

const clusterOf = (master: Server, all: AsyncDisposable): Cluster => ({
  ...{ master: urlOf(master), conf: {}, environment: {} },
  [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
});
