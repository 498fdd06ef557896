import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import { describeError } from './print-error.js';

/** Does work; whoever asked for JSON gets an object also where it fails. */
export async function orPrintAsJson<T>(isJson: boolean, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (isJson) await writeResult(asJson({ status: 'failed', error: describeError(thrown) }));
    throw thrown;
  }
}
