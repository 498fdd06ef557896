import { environmentOf } from '../config/environment.js';
import { type Config, loadConfig as resolveConfig } from '../config/load.js';
import type { SettingInputs } from '../config/settings.js';

/** Where settings come from, besides what a program gives. */
export interface LoadConfigOptions {
  /** A YAML file; without it ETL1_CONFIG, then `config/etl1.yaml` if it is there; null for none. */
  readonly file?: string | null | undefined;
  /** Variables to take ETL1_ settings from; those of this process without it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Resolves every setting: an override beats an environment variable, which beats the YAML file, which beats the default.
 * Settings and their units are those of `docs/configuration.md`. Changes nothing outside.
 *
 * Rejects with an {@link EtlError} of kind `config` that names the key and its place, what was found and what was expected.
 *
 * @example
 * const config = await loadConfig({ state: 'TX', memory_limit_mb: 4096 });
 * config.settings.chunk_size; // 50000
 * config.origins.get('state'); // 'program'
 */
export async function loadConfig(
  overrides: SettingInputs = {},
  { file, env }: LoadConfigOptions = {},
): Promise<Config> {
  return resolveConfig({ overrides, file, ...(env && { environment: environmentOf(env) }) });
}
