import { existsSync, mkdirSync } from 'node:fs';
import { storeFolder } from '../../../scripts/install-stores.js';
import { isAlive } from '../../support/is-alive.js';
import { startKubernetes } from './kubernetes.js';
import { expectGone, processesBelow } from './processes.js';
import { spark } from './spark.js';
import { startMaster, startStandalone } from './standalone.js';
import { startYarn } from './yarn.js';

/** What a load is told to have its executors in a cluster. */
export interface Cluster extends AsyncDisposable {
  readonly master: string;
  readonly conf: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where Spark is, and a folder for all that a cluster writes. */
export interface ClusterPlaces {
  readonly home: string;
  readonly folder: string;
}

export const placesIn = (folder: string): ClusterPlaces => ({
  home: spark?.environment['SPARK_HOME'] ?? '',
  folder,
});

const starts = {
  standalone: startStandalone,
  // with nobody to work
  'master alone': startMaster,
  yarn: startYarn,
  kubernetes: startKubernetes,
};

export type ClusterName = keyof typeof starts;

/** Those that can be had; of YARN it is said once that it cannot. */
export const clustersThere: readonly ClusterName[] = isYarnThere()
  ? ['standalone', 'yarn', 'kubernetes']
  : ['standalone', 'kubernetes'];

function isYarnThere(): boolean {
  const hadoop = storeFolder('hdfs');
  if (hadoop === null) return false;
  if (existsSync(hadoop)) return true;
  process.stderr.write('skipped: there is no YARN; `node scripts/install-stores.js hdfs` installs it\n');
  return false;
}

/**
 * Runs work with a cluster that has one executor at a time, on this machine, and listens to nobody else; its folder is for all that it
 * writes. What it started is gone afterwards.
 */
export async function withCluster(
  name: ClusterName,
  folder: string,
  work: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  mkdirSync(folder);
  const cluster = await starts[name](placesIn(folder));
  const started: number[] = [];
  try {
    await work(cluster);
  } catch (thrown) {
    // a command that has lost its cluster would wait for it
    for (const { pid } of processesBelow(process.pid)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    throw thrown;
  } finally {
    started.push(...processesBelow(process.pid).map(({ pid }) => pid));
    await cluster[Symbol.asyncDispose]();
  }
  await expectGone(started);
}
