import { describe, expect, it } from 'vitest';
import { namesUnreadable, saysUnreadable } from '../../../src/spark/says-unreadable.js';

const failed = (name: string) =>
  `org.apache.spark.SparkException: [FAILED_READ_FILE.NO_HINT] Encountered error while reading file ${name}.  SQLSTATE: KD001\n\tat org.apache.spark.sql.execution.datasources.FileScanRDD`;

describe('what Spark says of a file that it cannot read', () => {
  it('names it, however Java writes its path', () => {
    const path = '/in/a b/größe [1] #2 ?3 100%.parquet';
    const name = 'file:///in/a%20b/größe%20%5B1%5D%20%232%20%3F3%20100%25.parquet';
    expect(namesUnreadable(failed(name), path)).toBe(true);
    expect(namesUnreadable(failed('file:/in/rates.parquet'), '/in/rates.parquet')).toBe(true);
    expect(namesUnreadable(failed('file:/in/rates.parquet'), '/in/rate.parquet')).toBe(false);
    expect(namesUnreadable(failed('hdfs://host:8020/a%20b.parquet'), 'hdfs:///a b.parquet')).toBe(true);
  });

  it('is about an input where the file is one, and not where Spark wrote it', () => {
    const paths = ['/in/one.parquet', 's3a://lake/two.parquet'];
    expect(saysUnreadable(failed('s3a://lake/two.parquet'), paths)).toBe(true);
    expect(saysUnreadable(failed('file:///root/.staging/spark/staged_rates/part-0.parquet'), paths)).toBe(
      false,
    );
    const gone = failed('file:///in/one.parquet').replace('NO_HINT', 'FILE_NOT_EXIST');
    expect(saysUnreadable(gone, paths)).toBe(false);
  });

  it('is about an input where a value is no text, or no value of its dictionary', () => {
    for (const said of [
      'pyspark.errors: [INVALID_UTF8_STRING] Invalid UTF8 byte sequence found in string: \\xE9. SQLSTATE: 22029',
      'Job aborted due to stage failure: java.lang.ArrayIndexOutOfBoundsException: 9\n\tat org.apache.spark.sql.execution.datasources.parquet.ParquetDictionary.decodeToBinary(ParquetDictionary.java:68)',
    ])
      expect(saysUnreadable(said, [])).toBe(true);
  });

  it('is not about an input where memory, a disk or rights are in the way', () => {
    for (const said of [
      'Job aborted due to stage failure: ExecutorLostFailure (executor 3 exited caused by one of the running tasks)',
      'Caused by: java.io.IOException: No space left on device\n\tat org.apache.parquet.hadoop.ParquetFileWriter.end(ParquetFileWriter.java:9)',
      '[TASK_WRITE_FAILED] Task failed while writing rows to file:///scratch/staged_rates. SQLSTATE: 58030',
    ])
      expect(saysUnreadable(said, ['/in/one.parquet'])).toBe(false);
  });
});
