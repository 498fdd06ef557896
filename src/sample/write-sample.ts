import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EtlError, messageOf } from '../errors.js';
import { makeProvidersFrame, makeRatesFrame, type Publication } from './frames.js';
import { makeGroups } from './groups.js';
import { checkSampleOptions, type SampleOptions } from './options.js';
import { type WrittenFile, writeRows } from './parquet.js';
import { makeProviders } from './providers.js';
import { makeRandom } from './random.js';
import { makeRates } from './rates.js';

export interface WrittenSample {
  readonly rates: WrittenFile;
  readonly providers: WrittenFile;
}

/** Writes a made-up input pair; files of the same names are replaced. */
export async function writeSample(options: SampleOptions): Promise<WrittenSample> {
  checkSampleOptions(options);
  const { directory, payer, period } = options;
  const year = Number(period.slice(0, 4));
  const publication: Publication = {
    entityName: `${titleOf(payer)} Health Plan`,
    lastUpdatedOn: `${year}-${period.slice(4)}-01`,
  };
  await makeDirectory(directory);
  const pathOf = (kind: string) =>
    join(directory, `${period}_${payer}_${options.state.toLowerCase()}_${kind}.parquet`);

  const random = makeRandom(options.seed);
  const { priced, staffed } = makeGroups(random, options.providers);
  const rates = await writeRows(pathOf('rates'), makeRates(random, options.rates, priced, year), (rows) =>
    makeRatesFrame(rows, publication),
  );
  const providers = await writeRows(
    pathOf('providers'),
    makeProviders(random, options.providers, staffed),
    (rows) => makeProvidersFrame(rows, publication),
  );
  return { rates, providers };
}

/** `blue-cross` → `Blue Cross` */
function titleOf(payer: string): string {
  const words = payer.split(/[._-]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new EtlError('output', `cannot make the folder ${directory}: ${messageOf(cause)}`, {
      step: 'writing the sample',
      hint: 'choose a folder that can be written to',
      cause,
    });
  }
}
