import { installSpark } from '../../../scripts/install-spark.js';

/** Has Spark installed before the first test, unless SPARK_HOME names one. */
export default function setup(): void {
  if (!process.env['SPARK_HOME']) installSpark();
}
