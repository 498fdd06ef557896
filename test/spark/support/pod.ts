import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ClusterPlaces } from './cluster.js';

const variable = z.looseObject({ name: z.string(), value: z.string().default('') });
const container = z.looseObject({ args: z.tuple([z.literal('executor')]), env: z.array(variable) });

/** What Spark describes the pod of an executor by. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({ containers: z.tuple([container]) }),
});

export type Pod = z.output<typeof podSchema>;

export type RunPod = (pod: Pod) => ChildProcess;

/** Starts what the image of Spark would run in a pod, as a process of this machine. */
export function runPod({ metadata: { name }, spec }: Pod, { home, folder }: ClusterPlaces): ChildProcess {
  const disk = join(folder, name);
  mkdirSync(disk);
  const variables = spec.containers[0].env.map((one): [string, string] => [one.name, one.value]);
  const environment: Record<string, string> = { ...Object.fromEntries(variables), SPARK_LOCAL_DIRS: disk };
  const of = (variableName: string) => environment[`SPARK_${variableName}`] ?? '';
  const options = variables.flatMap(([key, value]) => (key.startsWith('SPARK_JAVA_OPT_') ? [value] : []));
  return spawn(
    'java',
    [
      ...[...options, `-Xmx${of('EXECUTOR_MEMORY')}`, `-Djava.io.tmpdir=${disk}`],
      ...['-cp', join(home, 'jars/*')],
      'org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend',
      ...['--driver-url', of('DRIVER_URL'), '--app-id', of('APPLICATION_ID')],
      ...['--executor-id', of('EXECUTOR_ID'), '--cores', of('EXECUTOR_CORES')],
      ...['--resourceProfileId', of('RESOURCE_PROFILE_ID'), '--podName', name, '--hostname', '127.0.0.1'],
    ],
    {
      cwd: disk,
      env: { PATH: process.env['PATH'], SPARK_LOCAL_IP: '127.0.0.1', ...environment },
      stdio: 'ignore',
    },
  );
}
