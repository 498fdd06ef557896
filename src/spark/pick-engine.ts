import { sparkEnvironment } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import type { Engine } from '../pipeline/engine.js';
import type { Observer } from '../pipeline/events.js';
import type { InputFiles } from '../pipeline/input-files.js';
import { localFiles } from '../pipeline/local-files.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import { findSubmit } from './find-spark.js';

type EngineSettings = Pick<
  Settings,
  'engine' | 'spark_submit' | 'spark_master' | 'spark_conf' | 'spark_wait_minutes'
>;

/** What does the work of loads, one after the other, and how their inputs are looked at. */
export interface PickedEngine extends AsyncDisposable {
  readonly files: InputFiles;
  /** How outputs at addresses are looked at. */
  readonly outputs: () => Promise<OutputFiles>;
  /** Undefined for the engine that is built in. Rejects with `config` where there is no Spark. */
  readonly engine: () => Promise<Engine | undefined>;
}

const builtIn: PickedEngine = {
  files: localFiles,
  outputs: async () => (await import('../pipeline/output-files.js')).localOutputs,
  engine: async () => undefined,
  [Symbol.asyncDispose]: async () => {},
};

/**
 * The engine that settings ask for. Spark is started when it is first needed, and ends with what is given; `observe` is told while it waits
 * for its cluster.
 */
export async function pickEngine(
  settings: EngineSettings,
  signal: AbortSignal,
  observe: Observer,
): Promise<PickedEngine> {
  if (settings.engine === 'embedded') return builtIn;
  const { clusterFiles } = await import('./cluster-files.js');
  const { SharedSession } = await import('./shared-session.js');
  const shared = new SharedSession(() => start(settings, signal, observe));
  return {
    files: clusterFiles(async () => (await shared.open()).session.files),
    outputs: async () => {
      const { clusterOutputs } = await import('./cluster-outputs.js');
      return clusterOutputs((await shared.open()).session.files);
    },
    engine: async () => {
      findEngine(settings);
      const { sparkEngine } = await import('./engine.js');
      return sparkEngine(() => shared.lend());
    },
    [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose](),
  };
}

async function start(settings: EngineSettings, signal: AbortSignal, observe: Observer) {
  const submit = findEngine(settings);
  const { all: environment } = sparkEnvironment();
  const conf = Object.fromEntries(
    Object.entries(settings.spark_conf).map(([name, value]) => [name, String(value)]),
  );
  const { SparkSession } = await import('./session.js');
  const { spark_master: master, spark_wait_minutes: mostWait } = settings;
  const onWait = (said: string) => observe({ type: 'engine-waiting', reason: said });
  return SparkSession.start({ submit, master, conf, environment, onWait, mostWait }, signal);
}

/** Throws `config` where the engine that settings ask for is not there. */
export function checkEngine(settings: EngineSettings): void {
  if (settings.engine === 'spark') findEngine(settings);
}

function findEngine({ spark_submit: configured }: EngineSettings): string {
  return findSubmit(configured, sparkEnvironment());
}
