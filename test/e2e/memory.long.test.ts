import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { measure } from '../../bench/measure.js';
import { withFolder } from '../support/load-pair.js';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const limitMb = 512;

/** Loads a generated job as a process of its own; gives its largest resident set in MiB. */
async function peakOfLoading(rows: number): Promise<number> {
  return withFolder(async (folder) => {
    await promisify(execFile)(process.execPath, [
      file('bench/make-job.js'),
      ...['--out', folder, '--rows', String(rows)],
    ]);
    const pathOf = (source: string) => join(folder, `202508_uhc_ga_${source}.parquet`);
    const inputs = ['--rates-file', pathOf('rates'), '--providers-file', pathOf('providers')];
    const limits = ['--memory-limit', String(limitMb), '--threads', '2', '--chunk-size', '25000'];
    const where = ['--payer', 'uhc', '--data-root', join(folder, 'data'), '--quiet'];
    const environment = { PATH: process.env['PATH'] ?? '' };
    const args = [file('bin/etl1.js'), ...where, ...inputs, ...limits];
    const { peakRssMb } = await measure(args, { environment, cwd: folder });
    return peakRssMb ?? 0;
  });
}

describe('memory', () => {
  // four times the rows would take twice the memory if a share of every chunk stayed
  it.runIf(process.platform === 'linux')(
    'hardly grows with the input, and stays below its limit',
    async () => {
      const once = await peakOfLoading(400_000);
      const fourTimes = await peakOfLoading(1_600_000);
      expect(once).toBeGreaterThan(100);
      expect(fourTimes).toBeLessThan(limitMb);
      expect(fourTimes / once).toBeLessThan(1.6);
    },
  );
});
