import type { Plan } from '../pipeline/plan.js';
import { sparkSession } from '../warehouse/spark-dialect.js';
import { chunksRead } from './chunks-read.js';

/** Reads many values at once, and is what Spark takes where it is not told otherwise. */
const fastReader = 'spark.sql.parquet.enableVectorizedReader';

/** An encoding that the fast reader does not know. The one that goes from row to row does. */
const unknownEncoding = 'BYTE_STREAM_SPLIT';

/** What a session is told before the load of a plan, whatever the load before it was told. */
export function sessionStatements({ sources }: Pick<Plan, 'sources'>): string[] {
  const settings = Object.entries(sparkSession).map(([name, value]) => `SET ${name}=${value}`);
  const isUnknown = (['rates', 'providers'] as const).some((source) =>
    sources[source].files.some((file) =>
      chunksRead(source, file).some(({ metadata }) => metadata.encodings.includes(unknownEncoding)),
    ),
  );
  return [...settings, isUnknown ? `SET ${fastReader}=false` : `RESET ${fastReader}`];
}
