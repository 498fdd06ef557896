import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EtlError } from '../errors.js';
import type { SampleOptions } from '../sample/options.js';
import { bytes, count } from './format.js';
import { writeResult } from './output.js';

const optionsSchema = z.object({
  directory: z.string(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  rates: z.number(),
  providers: z.number(),
  seed: z.number(),
  force: z.boolean().default(false),
});

/** Writes a synthetic pair, as the parser of flags found it to be, and prints what it wrote. */
export async function makeSample(raw: Readonly<Record<string, unknown>>): Promise<void> {
  const { force, ...options } = optionsSchema.parse(raw);
  if (!force) refuseToOverwrite(options);
  const { writeSample } = await import('../sample/write-sample.js');
  const written = await writeSample(options);
  for (const { path, rows, bytes: size } of [written.rates, written.providers]) {
    await writeResult(`${path}: ${count(rows)} rows, ${bytes(size)}\n`);
  }
}

/** A pair of that name may be real data. */
function refuseToOverwrite({ directory, payer, state, period }: SampleOptions): void {
  for (const source of ['rates', 'providers']) {
    const path = join(directory, `${period}_${payer}_${state.toLowerCase()}_${source}.parquet`);
    if (!existsSync(path)) continue;
    throw new EtlError('output', `${path}: is there already`, {
      step: 'writing a sample',
      hint: '`--force` overwrites it; `--directory` writes elsewhere',
    });
  }
}
