import { join } from 'node:path';
import { findSparkHome, sparkEnvironmentFolder } from '../../../scripts/install-spark.js';
import type { Engine } from '../../../src/pipeline/engine.js';
import { sparkEngine } from '../../../src/spark/engine.js';
import type { FileSystems } from '../../../src/spark/file-systems.js';
import { findSubmit } from '../../../src/spark/find-spark.js';
import { SparkSession } from '../../../src/spark/session.js';

/** Where Spark is, and what a program that uses it has in its environment. */
export interface FoundSpark {
  readonly submit: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The Spark of SPARK_HOME, or the one that the tests installed; null where there is neither, which is said once. */
export const spark: FoundSpark | null = findSpark();

function findSpark(): FoundSpark | null {
  const sparkHome = findSparkHome();
  if (sparkHome === null) {
    process.stderr.write('skipped: there is no Apache Spark; `npm run test:spark` installs it\n');
    return null;
  }
  const environment = {
    SPARK_HOME: sparkHome,
    ...(process.env['SPARK_HOME'] ? {} : { PYSPARK_PYTHON: join(sparkEnvironmentFolder(), 'bin', 'python') }),
    // a machine whose name has no address would keep executors from the driver
    SPARK_LOCAL_IP: '127.0.0.1',
  };
  return { submit: findSubmit(null, { sparkHome, path: '' }), environment };
}

/** A driver and two executors, each a process of its own. */
export const localCluster = 'local-cluster[2,1,1024]';

/** Settings that keep small work quick. */
export const quickConf = {
  'spark.ui.enabled': 'false',
  'spark.sql.shuffle.partitions': '2',
  'spark.driver.extraJavaOptions': '-XX:TieredStopAtLevel=1',
  'spark.executor.extraJavaOptions': '-XX:TieredStopAtLevel=1',
};

/** Starts a session that several loads are to share. */
export async function startSession(
  master = localCluster,
  conf: Readonly<Record<string, string>> = {},
  signal = new AbortController().signal,
): Promise<SparkSession> {
  if (!spark) throw new RangeError('there is no Spark');
  const { session } = await SparkSession.start(
    {
      ...{ submit: spark.submit, master },
      ...{ conf: { ...quickConf, ...conf }, environment: { ...process.env, ...spark.environment } },
      onWait: () => {},
      mostWait: 60,
    },
    signal,
  );
  return session;
}

/** An engine that works in a session which is there, and leaves it open. `beforeEach` is told of each statement, and may throw; so may `files`. */
export function engineIn(
  session: SparkSession,
  beforeEach: (sql: string) => void | Promise<void> = () => {},
  files: FileSystems = session.files,
): Engine {
  const lent = {
    run: async (sql: string) => {
      await beforeEach(sql);
      return session.run(sql);
    },
    rows: (sql: string) => session.rows(sql),
    files,
    shielded: <T>(work: () => Promise<T>) => work(),
    get hasEnded() {
      return session.hasEnded;
    },
    onProgress: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return sparkEngine(async () => ({ session: lent, version: 'of the tests' }));
}
