import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { Cluster, ClusterPlaces } from './cluster.js';
import { podSchema, runPod } from './pod.js';
import { Pods } from './pods.js';

/**
 * What stands in for the API of Kubernetes, as far as Spark asks for it where the driver is none of its pods: pods are kept, each with
 * a process of this machine, and may be watched; what else Spark makes and removes is nowhere.
 */
export async function startKubernetes(places: ClusterPlaces): Promise<Cluster> {
  const pods = new Pods((pod) => runPod(pod, places));
  const server = createServer((asked, answer) => {
    reply(pods, asked, answer).catch((thrown: unknown) => send(answer, 400, failed(String(thrown))));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return {
    master: `k8s://http://127.0.0.1:${at !== null && typeof at !== 'string' ? at.port : 0}`,
    conf: { 'spark.executor.instances': '1', 'spark.kubernetes.container.image': 'of no registry' },
    // Spark would read that of whoever runs this
    environment: { KUBECONFIG: join(places.folder, 'none') },
    [Symbol.asyncDispose]: async () => {
      pods.remove('');
      server.closeAllConnections();
      server.close();
    },
  };
}

async function reply(pods: Pods, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(asked.url ?? '', 'http://127.0.0.1');
  const [, kind, name] = /^\/api\/v1\/namespaces\/default\/(\w+)(?:\/([\w-]+))?$/.exec(pathname) ?? [];
  const selector = searchParams.get('labelSelector') ?? '';
  if (asked.method === 'POST') {
    const made = await json(asked);
    send(answer, 201, kind === 'pods' ? pods.add(podSchema.parse(made)) : made);
  } else if (asked.method === 'DELETE') {
    if (kind === 'pods') pods.remove(selector);
    send(answer, 200, { ...status, status: 'Success' });
  } else if (kind !== 'pods' || name !== undefined) {
    send(answer, 404, failed('not here'));
  } else if (searchParams.get('watch') !== 'true') {
    send(answer, 200, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods.list(selector) });
  } else if (asked.headers.upgrade !== undefined) {
    // then it is asked without one
    send(answer, 503, failed('there are no web sockets'));
  } else {
    watch(pods, selector, answer);
  }
}

function watch(pods: Pods, selector: string, answer: ServerResponse): void {
  answer.writeHead(200, { 'content-type': 'application/json' });
  answer.flushHeaders();
  answer.once(
    'close',
    pods.watch(selector, (event) => answer.write(`${JSON.stringify(event)}\n`)),
  );
}

const status = { kind: 'Status', apiVersion: 'v1' };

const failed = (message: string) => ({ ...status, status: 'Failure', message });

function send(answer: ServerResponse, code: number, body: unknown): void {
  answer.writeHead(code, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(body));
}
