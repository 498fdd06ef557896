import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InputRow } from '../../model/input-value.js';
import type { Input } from '../../model/load.js';
import { type Layout, plainProvidersColumns, plainRatesColumns, writeRows } from '../../support/fixture.js';
import { type Random, randomFrom } from './random.js';

/** A payer's input: several files of each source, so that a small one is staged in several steps. */
export interface MadeInput extends Input {
  readonly payer: string;
  /** Where the files are, by which names. */
  readonly folder: string;
  readonly files: { readonly rates: readonly string[]; readonly providers: readonly string[] };
}

export interface InputOptions {
  readonly payer: string;
  readonly seed?: number;
  readonly rateFiles?: number;
  readonly rowsPerFile?: number;
  /** A row group has so many rows; without it a file is one. */
  readonly rowGroupSize?: number;
  readonly codec?: Layout['codec'];
  /** Whether some rows are to be rejected. */
  readonly rejects?: boolean;
  /** Columns that rates have in another way or besides, and what is in them by the number of a row in its file. */
  readonly more?: { readonly columns: Layout['columns']; readonly of: (row: number) => InputRow };
  /** What `last_updated_on` is in one row or another: facts of several months are in several partitions. */
  readonly dates?: readonly (string | null)[];
}

/** The patterns that find the files of a made input. */
export const patterns = {
  ETL1_RATES_FILE_PATTERN: '{period}_{payer}_{state}_rates*.parquet',
  ETL1_PROVIDERS_FILE_PATTERN: '{period}_{payer}_{state}_providers*.parquet',
};

/** Writes a payer's input, which the seed decides. Rows of all payers meet in codes and place-of-service sets. */
export async function makeInput(folder: string, options: InputOptions): Promise<MadeInput> {
  const { payer, seed = 1, rateFiles = 4, rowsPerFile = 60, codec = 'zstd' } = options;
  const { rowGroupSize, rejects: hasRejects = false, dates = [], more } = options;
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(seed);
  const made = { rates: [] as string[], providers: [] as string[] };
  const layout = { codec, ...(rowGroupSize === undefined ? {} : { rowGroupSize, dictionaries: true }) };
  const rates: Input['rates'][number][] = [];
  const providers: Input['providers'][number][] = [];
  for (let part = 0; part < rateFiles; part += 1) {
    const name = `202508_${payer}_ga_rates${part}.parquet`;
    const rows = Array.from({ length: rowsPerFile }, (_, row) => ({
      ...makeRate(payer, hasRejects, random),
      ...more?.of(row),
      ...(dates.length > 0 && { last_updated_on: random.pick(dates) }),
    }));
    const columns = { ...plainRatesColumns, ...more?.columns };
    rates.push(...(await writeRows(join(folder, name), rows, { columns, ...layout })));
    made.rates.push(name);
  }
  for (let part = 0; part < 2; part += 1) {
    const name = `202508_${payer}_ga_providers${part}.parquet`;
    const rows = Array.from({ length: 60 }, () => makeMember(payer, random));
    providers.push(...(await writeRows(join(folder, name), rows, { columns: plainProvidersColumns })));
    made.providers.push(name);
  }
  return { payer, folder, files: made, rates, providers };
}

/** Copies the files of an input to where a run looks for them. */
export function putInput(input: MadeInput, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of [...input.files.rates, ...input.files.providers])
    cpSync(join(input.folder, name), join(folder, name));
}

/** What every row of a payer says. */
function header(payer: string) {
  return { reporting_entity_name: `${payer} Health`, last_updated_on: '2025-08-01', version: '1.0.0' };
}

function makeRate(payer: string, hasRejects: boolean, random: Random) {
  const code = String(99_200 + random.below(60));
  return {
    ...header(payer),
    billing_code: hasRejects && random.below(40) === 0 ? null : code,
    billing_code_type: 'CPT',
    // blank in some rows: a later chunk fills what an earlier one left
    description: random.below(2) === 0 ? null : `description of ${code}`,
    name: `name of ${code}`,
    billing_class: random.pick(['professional', 'institutional']),
    negotiated_type: random.pick(['negotiated', 'fee schedule']),
    negotiation_arrangement: 'ffs',
    expiration_date: '9999-12-31',
    provider_reference_id: BigInt(1 + random.below(20)),
    negotiated_rate: random.below(20_000) / 100,
    service_codes: random.pick([['11'], ['22', '11'], ['21'], []]),
  };
}

function makeMember(payer: string, random: Random) {
  return {
    ...header(payer),
    provider_group_id: BigInt(1 + random.below(25)),
    npi: String(1_000_000_000 + random.below(500)),
    tin_type: random.pick(['ein', 'npi']),
    tin_value: String(100_000_000 + random.below(100)),
  };
}
