import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../config/settings.js';
import { EtlError, hintFor, messageOf, systemCodeOf } from '../errors.js';
import type { Output } from '../load/merge-table.js';
import { digestFooter } from '../parquet/digest-footer.js';
import { absent, unreadable } from '../parquet/unreadable.js';
import type { InputFiles } from './input-files.js';
import type { Location } from './locate.js';
import { type ContentSettings, type FileState, type InputState, pickContentSettings } from './manifest.js';
import type { OutputFiles } from './output-files.js';
import { programVersion } from './program-version.js';

/** All that the result of a load depends on, as it is before the load. */
export interface Snapshot {
  readonly payer: string;
  readonly state: string;
  readonly period: string;
  readonly program_version: string;
  readonly settings: ContentSettings;
  readonly inputs: Readonly<Record<'rates' | 'providers', readonly InputState[]>>;
  /** By table. */
  readonly outputs: Readonly<Record<string, OutputState>>;
}

export interface OutputState {
  readonly path: string;
  /** Null where there is no such file. */
  readonly found: FileState | null;
}

/** Looks at the files of a load, without parsing any. Throws `input` where one cannot be read. */
export async function takeSnapshot(
  { payer, state, period, inputs, outputs }: Location,
  settings: Settings,
  files: Pick<InputFiles, 'stateOf'>,
): Promise<Snapshot> {
  const describeAll = (paths: readonly string[]) =>
    Promise.all(paths.map((path) => describeInput(files, path)));
  return {
    payer,
    state,
    period,
    program_version: programVersion(),
    settings: pickContentSettings(settings),
    inputs: { rates: await describeAll(inputs.rates), providers: await describeAll(inputs.providers) },
    outputs: lookAtOutputs(outputs),
  };
}

/** The states of outputs as they are now, by table. */
export function lookAtOutputs(outputs: Location['outputs']): Snapshot['outputs'] {
  return Object.fromEntries(outputs.map(({ table, path }) => [table, { path, found: describeFile(path) }]));
}

/** The same of outputs that are not on this machine. */
export async function lookAtRoot(
  outputs: readonly Pick<Output, 'table' | 'path'>[],
  files: Pick<OutputFiles, 'stateOf'>,
): Promise<Snapshot['outputs']> {
  const states = outputs.map(
    async ({ table, path }) => [table, { path, found: await files.stateOf(path) }] as const,
  );
  return Object.fromEntries(await Promise.all(states));
}

/** Throws `data` where an input is not the file that it was when the snapshot was taken. */
export async function checkInputs({ inputs }: Snapshot, files: Pick<InputFiles, 'stateOf'>): Promise<void> {
  for (const input of [...inputs.rates, ...inputs.providers]) {
    const now = await files.stateOf(input.path);
    if (now && isDeepStrictEqual({ path: input.path, ...now }, input)) continue;
    throw new EtlError(
      'data',
      `${input.path}: ${now ? 'has been changed' : 'is gone'} while it was read; expected the file that was there when the run began; nothing was published`,
      { step: 'checking inputs', hint: 'run the same command again once the file is whole' },
    );
  }
}

/** A file as it is now; null where there is none. Throws `output`, or `input` of such a file, where it cannot be looked at. */
export function describeFile(path: string, kind: 'input' | 'output' = 'output'): FileState | null {
  try {
    return stateOf(path);
  } catch (thrown) {
    const cause = thrown instanceof EtlError ? thrown.cause : thrown;
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '')) return null;
    if (kind === 'input') throw unreadable(path, cause);
    const message = `${path}: cannot be looked at: ${messageOf(cause)}`;
    throw new EtlError('output', message, { step: 'looking at files', hint: hintFor(cause), cause });
  }
}

function stateOf(path: string): FileState {
  const stats = statSync(path, { bigint: true });
  const bytes = Number(stats.size);
  // what is no file is refused by whoever wants to read it
  const footer_sha256 = stats.isFile() ? digestFooter(path, bytes) : '';
  return { bytes, mtime_ns: String(stats.mtimeNs), footer_sha256 };
}

async function describeInput(files: Pick<InputFiles, 'stateOf'>, path: string): Promise<InputState> {
  const state = await files.stateOf(path);
  if (!state) throw absent(path);
  return { path, ...state };
}
