import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { checkPayerName } from '../pipeline/find-inputs.js';
import { findSomePayers } from '../pipeline/find-payers.js';
import type { InputFiles } from '../pipeline/input-files.js';
import { searchedBy } from '../pipeline/locate.js';
import type { RunOptions } from './run-options.js';

type Asked = Pick<RunOptions, 'payer' | 'all' | 'ratesFile' | 'providersFile'>;

const step = 'reading the command line';

/**
 * The payers that are to be loaded, each once. Throws `input` where all are asked for and there is none, and `config` where each
 * would take away what the one before it brought.
 */
export async function payersOf(
  { payer, all }: Asked,
  settings: Settings,
  files: InputFiles,
): Promise<string[]> {
  const payers = all ? await findSomePayers(searchedBy(settings, files), settings) : [...new Set(payer)];
  const { mode, payer_slug_override: slug } = settings;
  if (payers.length < 2 || slug === null || mode === 'upsert') return payers;
  throw new EtlError(
    'config',
    `payer_slug_override makes one payer, ${slug}, of ${payers.join(', ')}; expected one payer where mode is replace, by which each would take away the facts of the one before`,
    { step, hint: 'load them with `--mode upsert`, or one of them alone' },
  );
}

/** Checks that it is said which payers are to be loaded. Throws `usage`. */
export function checkPayers({ payer: payers, all, ratesFile, providersFile }: Asked): void {
  const isNamed = ratesFile !== undefined || providersFile !== undefined;
  if (all && (payers.length > 0 || isNamed)) {
    const other = payers.length > 0 ? '--payer' : '--rates-file or --providers-file';
    throw new EtlError('usage', `--all loads every payer that the patterns find; found ${other} beside it`, {
      step,
      hint: `leave out one of the two: \`etl1 --all\`, or \`etl1 --payer ${payers[0] ?? 'aetna'}\``,
    });
  }
  if (payers.length === 0 && !all) {
    throw new EtlError('usage', 'which payer? expected `--payer <name>` or `--all`; found none', {
      step,
      hint: '`etl1 --payer aetna`, where aetna is the part of the file names that {payer} stands for',
    });
  }
  for (const payer of payers) checkPayerName(payer, { name: '--payer', step });
  const count = new Set(payers).size;
  if (count > 1 && isNamed) {
    throw new EtlError(
      'usage',
      `--rates-file and --providers-file are the files of one payer; found ${count} payers`,
      { step, hint: 'run one payer at a time, or leave the files to the patterns' },
    );
  }
}
