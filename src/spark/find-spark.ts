import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EtlError } from '../errors.js';

const step = 'starting Spark';

/** Where Spark may be, as the environment says. */
export interface SparkPlaces {
  readonly sparkHome: string | undefined;
  readonly path: string | undefined;
}

/**
 * The `spark-submit` to use: the one that is configured, that of SPARK_HOME, or the first on the PATH. Throws `config`.
 */
export function findSubmit(configured: string | null, { sparkHome, path = '' }: SparkPlaces): string {
  if (configured !== null) {
    if (isProgram(configured)) return configured;
    throw missing(`spark_submit: there is no program ${configured}`);
  }
  const candidates = sparkHome
    ? [join(sparkHome, 'bin')]
    : path.split(delimiter).filter((folder) => folder !== '');
  const found = candidates.map((folder) => join(folder, 'spark-submit')).find(isProgram);
  if (found !== undefined) return found;
  throw missing(
    sparkHome
      ? `SPARK_HOME is ${sparkHome}, but there is no bin/spark-submit in it`
      : 'no spark-submit: engine spark needs Apache Spark 4 and Java 17; SPARK_HOME is not set, and it is not on the PATH',
  );
}

function missing(message: string): EtlError {
  return new EtlError('config', message, {
    step,
    hint: '`pip install pyspark` brings both spark-submit and a local cluster; or set spark_submit or SPARK_HOME (docs/scaling.md)',
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
