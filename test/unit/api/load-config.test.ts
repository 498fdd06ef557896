import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/config/environment.js';
import { resolvedSettings } from '../../../src/config/load.js';
import { EtlError, loadConfig } from '../../../src/index.js';
import { withYaml } from '../config/yaml-file.js';

const nothing = { file: null, env: {} };

describe('loadConfig', () => {
  it('takes an override, else the environment, else the file, else the default, and says which', async () => {
    const { settings, origins, file } = await withYaml(
      'state: TX\nmode: replace\nchunk_size: 1000\n',
      async (path) =>
        loadConfig({ state: 'fl' }, { file: path, env: { ETL1_STATE: 'NC', ETL1_MODE: 'upsert' } }).then(
          (config) => ({ ...config, file: config.file === path }),
        ),
    );
    expect(file).toBe(true);
    expect(settings).toMatchObject({ state: 'FL', mode: 'upsert', chunk_size: 1000, memory_limit_mb: 8192 });
    expect(
      ['state', 'mode', 'chunk_size', 'memory_limit_mb'].map(
        (name) => [...origins].find(([key]) => key === name)?.[1],
      ),
    ).toEqual(['program', 'environment', 'file', 'default']);
  });

  it('takes values as a program has them: numbers, null, undefined for what is left to others', async () => {
    const overrides = { period: 202508, threads: null, state: undefined, log_level: 'debug' };
    const config = await loadConfig(overrides, { file: null, env: { ETL1_STATE: 'NC' } });
    expect(config.settings).toMatchObject({
      period: '202508',
      threads: null,
      state: 'NC',
      log_level: 'DEBUG',
    });
    expect(resolvedSettings(config)).toMatchObject({
      period: { value: '202508', origin: 'program' },
      state: { value: 'NC', origin: 'environment' },
      mode: { value: 'upsert', origin: 'default' },
    });
  });

  it('reads no file where there is to be none, not even that of the environment', async () => {
    const env = { ETL1_CONFIG: '/nowhere/etl1.yaml' };
    expect((await loadConfig({}, { file: null, env })).file).toBeNull();
    await expect(loadConfig({}, { env })).rejects.toThrow('/nowhere/etl1.yaml: there is no such file');
  });

  it.each([
    [{ chunk_size: 0 }, 'chunk_size: expected a whole number from 1 to 100,000,000, or auto; found 0'],
    [{ chunksize: 5 }, 'chunksize: unknown key; did you mean chunk_size?; expected one of the keys of etl1'],
  ])('refuses %j as a mistake in the configuration', async (overrides: object, message) => {
    const refusal = loadConfig(overrides, nothing);
    await expect(refusal).rejects.toBeInstanceOf(EtlError);
    await expect(refusal).rejects.toMatchObject({ kind: 'config', message });
  });

  it('leaves the environment as it is', async () => {
    const before = environmentOf(process.env);
    await loadConfig({ threads: 1 }, nothing);
    expect(environmentOf(process.env)).toEqual(before);
    expect(process.env['POLARS_MAX_THREADS']).toBeUndefined();
  });
});
