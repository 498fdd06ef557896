import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addressHint, isAddress, placeIn, placeOf } from '../config/address.js';
import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import type { Output } from '../load/merge-table.js';
import type { SourceName } from '../sources/sources.js';
import { type FactLayout, listInsteadOf } from '../tables/partitions.js';
import { tables } from '../tables/tables.js';
import { checkFolder } from './check-folder.js';
import { runsFolder } from './data-root.js';
import { areOutputsHere, checkLayoutThere, factPaths } from './fact-layout.js';
import type { Searched } from './files-there.js';
import { findInputs, type NamedFiles } from './find-inputs.js';
import type { InputFiles } from './input-files.js';

/** One load, as it is asked for. */
export interface LoadRequest {
  readonly payer: string;
  readonly settings: Settings;
  /** Files named one by one, which no pattern is asked for. */
  readonly named?: NamedFiles;
}

/** Where a load finds its inputs and puts its outputs; no file has been opened for it. */
export interface Location {
  readonly payer: string;
  readonly state: string;
  readonly period: string;
  readonly dataRoot: string;
  readonly inputs: Readonly<Record<SourceName, readonly string[]>>;
  /** None where outputs are not on this machine. */
  readonly outputs: readonly Output[];
}

/** Finds the files of a load. Throws `input`, `output` or `config`. */
export async function locate(
  { payer, settings, named = {} }: LoadRequest,
  files: InputFiles,
): Promise<Location> {
  checkNamed(named, settings);
  const dataRoot = resolve(settings.data_root);
  checkFolder(dataRoot);
  checkFolder(runsFolder(dataRoot));
  checkLayoutThere(dataRoot, settings);
  const { period, rates, providers } = await findInputs({
    payer,
    state: settings.state,
    period: settings.period,
    ...searchedBy(settings, files),
    named,
    providersOptional: settings.providers === 'optional',
  });
  return {
    payer,
    state: settings.state,
    period,
    dataRoot,
    inputs: { rates, providers },
    outputs: areOutputsHere(settings) ? outputsOf(dataRoot, settings, settings.fact_layout) : [],
  };
}

/** Where inputs are looked for, and by what names. */
export function searchedBy(settings: Settings, files: InputFiles): Searched {
  const { data_root: root, input_dir: folder } = settings;
  return {
    files,
    folder: placeOf(folder, resolve(root)),
    patterns: { rates: settings.rates_file_pattern, providers: settings.providers_file_pattern },
  };
}

/** Files of a cluster are read by a cluster. */
function checkNamed(named: Required<LoadRequest>['named'], { engine }: Settings): void {
  const address = Object.values(named).find((path) => path !== undefined && isAddress(path));
  if (address === undefined || engine === 'spark') return;
  throw new EtlError('config', `${address}: expected a file as this machine has it, as engine is ${engine}`, {
    step: 'looking for inputs',
    hint: addressHint,
  });
}

/** A folder of a cluster, and where the outputs are below it. */
export interface ClusterRoot {
  readonly address: string;
  readonly outputs: readonly Pick<Output, 'table' | 'path'>[];
}

/** The same folders and names as below a data root, so that a copy of one is the other. */
export function rootOf(settings: Settings): ClusterRoot | null {
  const { spark_root: address } = settings;
  if (address === null) return null;
  // beside a catalog, which has the tables, it is for what is needed only while a load lasts
  if (settings.spark_catalog !== null) return { address, outputs: [] };
  const outputs = tables.map(({ name: table, folder }) => {
    const file = `${settings[folder]}/${settings[`${table}_file`]}`;
    return { table, path: placeIn(address, table === 'fact_rate' ? listInsteadOf(file) : file) };
  });
  return { address, outputs };
}

/** Where the outputs are, and which of them are there. */
export function outputsOf(dataRoot: string, settings: Settings, layout: FactLayout): Output[] {
  return tables.map(({ name, folder }) => {
    const path =
      name === 'fact_rate'
        ? factPaths(dataRoot, settings)[layout]
        : join(dataRoot, settings[folder], settings[`${name}_file`]);
    return { table: name, path, exists: existsSync(path) };
  });
}
