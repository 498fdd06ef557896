import type { Load } from './outcome.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import type { RunOptions } from './run-options.js';
import type { Total } from './total.js';
import { totalAsText } from './total-report.js';

/** Whether people are told on stdout what came of it. Whoever asks for a plan wants to see it. */
export function isTold({ outputFormat, quiet, dryRun }: RunOptions): boolean {
  return outputFormat === 'summary' && (!quiet || dryRun);
}

/** Prints what is known once all are done. Plans do not add up to anything. */
export async function writeTotal(loads: readonly Load[], total: Total, options: RunOptions): Promise<void> {
  if (options.outputFormat === 'json') {
    const [only] = loads;
    const results = loads.map(({ outcome }) => outcome.result);
    // how many payers there are in a folder does not decide of what form the answer is
    const isOne = total.payers === 1 && !options.all;
    const all = { payers: results, ...(options.dryRun ? {} : { total }) };
    await writeResult(asJson(isOne && only ? only.outcome.result : all));
  } else if (isTold(options) && !options.dryRun && total.payers > 1) {
    await writeResult(totalAsText(loads, total));
  }
}
