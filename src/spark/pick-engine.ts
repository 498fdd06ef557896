import { sparkEnvironment } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import type { Engine } from '../pipeline/engine.js';
import { findSubmit } from './find-spark.js';

type EngineSettings = Pick<Settings, 'engine' | 'spark_submit' | 'spark_master' | 'spark_conf'>;

/** The engine that settings ask for; undefined for the one that is built in. Throws `config` where there is no Spark. */
export async function pickEngine(settings: EngineSettings): Promise<Engine | undefined> {
  if (settings.engine === 'embedded') return undefined;
  const submit = findEngine(settings);
  const { all } = sparkEnvironment();
  const { sparkEngine } = await import('./engine.js');
  const conf = Object.fromEntries(
    Object.entries(settings.spark_conf).map(([name, value]) => [name, String(value)]),
  );
  const { SparkSession } = await import('./session.js');
  return sparkEngine((signal) =>
    SparkSession.start({ submit, master: settings.spark_master, conf, environment: all }, signal),
  );
}

/** Throws `config` where the engine that settings ask for is not there. */
export function checkEngine(settings: EngineSettings): void {
  if (settings.engine === 'spark') findEngine(settings);
}

function findEngine({ spark_submit: configured }: EngineSettings): string {
  return findSubmit(configured, sparkEnvironment());
}
