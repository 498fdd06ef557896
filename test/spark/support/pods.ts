import { randomUUID } from 'node:crypto';
import type { Pod, RunPod } from './pod.js';

/** What becomes of a pod, as Kubernetes tells whoever watches. */
export interface PodEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Pod;
}

interface Kept {
  readonly pod: Pod;
  readonly end: () => void;
}

/** Pods that are there, each with a process that does what it is for. */
export class Pods {
  readonly #run: RunPod;
  readonly #kept = new Map<string, Kept>();
  readonly #watching = new Set<(event: PodEvent) => void>();

  constructor(run: RunPod) {
    this.#run = run;
  }

  /** Adds what was asked for, and has it begin. */
  add(asked: Pod): Pod {
    const { name } = asked.metadata;
    const process = this.#run(asked);
    const given = { uid: randomUUID(), creationTimestamp: new Date().toISOString() };
    const pod = { ...asked, metadata: { ...asked.metadata, ...given } };
    const become = (phase: string) => {
      const kept = this.#kept.get(name);
      // one that was removed is no more
      if (!kept) return;
      const object = { ...pod, status: { phase, podIP: '127.0.0.1' } };
      this.#kept.set(name, { ...kept, pod: object });
      this.#tell({ type: 'MODIFIED', object });
    };
    process.once('spawn', () => become('Running'));
    process.once('exit', (code) => become(code === 0 ? 'Succeeded' : 'Failed'));
    const object = { ...pod, status: { phase: 'Pending' } };
    this.#kept.set(name, { pod: object, end: () => process.kill('SIGKILL') });
    this.#tell({ type: 'ADDED', object });
    return object;
  }

  /** Those whose labels are as a selector says. */
  list(selector: string): Pod[] {
    return [...this.#kept.values()].flatMap(({ pod }) => (isSelected(selector, pod) ? [pod] : []));
  }

  /** Ends and forgets those. */
  remove(selector: string): void {
    for (const [name, { pod, end }] of this.#kept) {
      if (!isSelected(selector, pod)) continue;
      end();
      this.#kept.delete(name);
      this.#tell({ type: 'DELETED', object: pod });
    }
  }

  /** Tells what becomes of those from now on; gives what ends that. */
  watch(selector: string, tell: (event: PodEvent) => void): () => void {
    const watch = (event: PodEvent) => {
      if (isSelected(selector, event.object)) tell(event);
    };
    this.#watching.add(watch);
    return () => this.#watching.delete(watch);
  }

  #tell(event: PodEvent): void {
    for (const watch of this.#watching) watch(event);
  }
}

/** A selector is `label=value,label!=value`; an empty one is for all. */
function isSelected(selector: string, { metadata: { labels } }: Pod): boolean {
  return selector.split(',').every((part) => {
    const [, label = '', not, value] = /^([^=!]+)(!?)=(.+)$/.exec(part) ?? [];
    return part === '' || (labels[label] === value) === (not === '');
  });
}
