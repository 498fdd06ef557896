import { statSync } from 'node:fs';
import type { Settings } from '../config/settings.js';
import { digestFooter } from '../parquet/digest-footer.js';
import { unreadable } from '../parquet/unreadable.js';
import type { Location } from './locate.js';
import { type ContentSettings, type FileState, type InputState, pickContentSettings } from './manifest.js';
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
export function takeSnapshot(
  { payer, state, period, inputs, outputs }: Location,
  settings: Settings,
): Snapshot {
  return {
    payer,
    state,
    period,
    program_version: programVersion(),
    settings: pickContentSettings(settings),
    inputs: { rates: inputs.rates.map(describeInput), providers: inputs.providers.map(describeInput) },
    outputs: Object.fromEntries(
      outputs.map(({ table, path }) => [table, { path, found: describeFile(path) }]),
    ),
  };
}

/** A file as it is now; null where there is none that can be looked at. */
export function describeFile(path: string): FileState | null {
  try {
    return stateOf(path);
  } catch {
    return null;
  }
}

function stateOf(path: string): FileState {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  return { bytes: Number(size), mtime_ns: String(mtimeNs) };
}

function describeInput(path: string): InputState {
  try {
    const state = stateOf(path);
    return { path, ...state, footer_sha256: digestFooter(path, state.bytes) };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
