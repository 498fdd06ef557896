import { describe, expect, it } from 'vitest';
import { environmentOf, environmentVariable, interpret } from '../../../src/config/environment.js';
import { loadConfig } from '../../../src/config/load.js';
import { type SettingName, settingNamed, settingNames } from '../../../src/config/settings.js';
import { withYaml } from './yaml-file.js';

/** Three values of each setting, as text, that differ from one another and from the default. */
const examples: Readonly<Record<SettingName, readonly [string, string, string]>> = {
  state: ['TX', 'FL', 'NC'],
  period: ['202501', '202502', '202503'],
  payer_slug_override: ['one', 'two', 'three-3'],
  data_root: ['one', '/two', '../three'],
  input_dir: ['one', '/two', '../three'],
  dims_dir: ['one', 'two/2', 'three'],
  xrefs_dir: ['one', 'two/2', 'three'],
  gold_dir: ['one', 'two/2', 'three'],
  rates_file_pattern: ['a.parquet', '{payer}*.parquet', '**/b.parquet'],
  providers_file_pattern: ['a.parquet', '{payer}*.parquet', '**/b.parquet'],
  dim_code_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  dim_payer_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  dim_provider_group_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  dim_pos_set_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  xref_pg_npi_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  xref_pg_tin_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  fact_rate_file: ['a.parquet', 'b.parquet', 'c.parquet'],
  fact_layout: ['partitioned', 'partitioned', 'partitioned'],
  target_part_mb: ['64', '32', '16'],
  providers: ['optional', 'optional', 'optional'],
  empty_pos_set: ['none', 'none', 'none'],
  provider_group_scope: ['month', 'month', 'month'],
  dimension_conflict: ['update', 'update', 'update'],
  mode: ['replace', 'replace', 'replace'],
  max_reject_ratio: ['0.25', '1', '0'],
  on_chunk_error: ['abort', 'skip', 'abort'],
  chunk_size: ['1000', 'auto', '2000'],
  memory_limit_mb: ['256', '512', '1024'],
  threads: ['1', '2', '3'],
  engine: ['spark', 'spark', 'spark'],
  spark_master: ['yarn', 'local[2]', 'spark://host:7077'],
  spark_submit: ['/one', 'two', '../three'],
  spark_catalog: ['lake.etl1', 'a-b.c.d', 'one.two'],
  spark_root: ['s3a://lake/etl1', 'hdfs://host:8020/a b', 'file:///etl1'],
  spark_conf: ['spark.executor.cores=4', 'spark.a=1,spark.b=c', 'spark.ui.enabled=false'],
  spark_wait_minutes: ['1', '90', '10080'],
  validate_max_rate: ['10', '2.5', '1e9'],
  validate_max_percentage: ['10', '150', '1000'],
  validate_severities: ['rate_zero=off', 'npi_invalid=error,rate_huge=info', 'key_wrong=warning'],
  log_level: ['DEBUG', 'ERROR', 'CRITICAL'],
  log_format: ['json', 'json', 'json'],
  log_file: ['one.log', '/two.log', '../three.log'],
  log_max_mb: ['1', '2', '3'],
  log_files: ['1', '2', '3'],
};

/** What a setting does not go without. */
const needed: Readonly<Partial<Record<SettingName, object>>> = {
  engine: { fact_layout: 'partitioned' },
  spark_catalog: { engine: 'spark', fact_layout: 'partitioned' },
  spark_root: { engine: 'spark', fact_layout: 'partitioned' },
};

const sources = ['flag', 'environment', 'file'] as const;
const subsets = Array.from({ length: 8 }, (_, bits) => sources.filter((_, bit) => bits & (1 << bit)));

function loadWith(name: SettingName, given: readonly (typeof sources)[number][]) {
  const [flag, variable, inFile] = examples[name];
  const yaml = given.includes('file') ? `${name}: ${JSON.stringify(interpret(name, inFile))}\n` : '';
  return withYaml(yaml, (file) =>
    loadConfig({
      file,
      flags: { ...needed[name], ...(given.includes('flag') && { [name]: interpret(name, flag) }) },
      environment: environmentOf(
        given.includes('environment') ? { [environmentVariable(name)]: variable } : {},
      ),
    }),
  );
}

describe('loadConfig', () => {
  it.each(settingNames)(
    'takes %s from the flag, else the environment, else the file, else the default',
    (name) => {
      for (const given of subsets) {
        const { settings, origins } = loadWith(name, given);
        const origin = given[0] ?? 'default';
        const index = given[0] ? sources.indexOf(given[0]) : -1;
        const expected =
          index < 0 ? settingNamed(name).fallback : interpret(name, examples[name][index] ?? '');
        expect([given, settings[name], origins.get(name)]).toEqual([given, expected, origin]);
        const others = settingNames.filter(
          (other) => other !== name && !Object.hasOwn(needed[name] ?? {}, other),
        );
        expect(new Set(others.map((other) => origins.get(other)))).toEqual(new Set(['default']));
      }
    },
  );

  it('loads a file of the predecessor as it is', () => {
    const yaml = `# notebook settings
data_root: /data/tic
chunk_size: 75000
memory_limit_mb: 4096
state: "ga"
payer_slug_override: null
rates_file_pattern: "202508_{payer}_ga_rates.parquet"
providers_file_pattern: "202508_{payer}_ga_providers.parquet"
log_level: info
log_file: "logs/etl1_scalable.log"
`;
    const { settings } = withYaml(yaml, (file) => loadConfig({ file, environment: environmentOf({}) }));
    expect(settings).toMatchObject({
      data_root: '/data/tic',
      chunk_size: 75_000,
      memory_limit_mb: 4096,
      state: 'GA',
      payer_slug_override: null,
      rates_file_pattern: '202508_{payer}_ga_rates.parquet',
      providers_file_pattern: '202508_{payer}_ga_providers.parquet',
      log_level: 'INFO',
      log_file: 'logs/etl1_scalable.log',
      mode: 'upsert',
    });
  });

  it('takes a number for a period, as YAML reads it', () => {
    const { settings } = withYaml('period: 202508\n', (file) =>
      loadConfig({ file, environment: environmentOf({}) }),
    );
    expect(settings.period).toBe('202508');
  });

  it('finds the file by the flag, then by ETL1_CONFIG, which may be empty', () => {
    withYaml('state: TX\n', (file) => {
      expect(loadConfig({ environment: environmentOf({ ETL1_CONFIG: file }) })).toMatchObject({
        file,
        settings: { state: 'TX' },
      });
      withYaml('state: FL\n', (other) => {
        const { settings } = loadConfig({ file: other, environment: environmentOf({ ETL1_CONFIG: file }) });
        expect(settings.state).toBe('FL');
      });
      // the tests run in the project's folder, which has a configuration file
      expect(loadConfig({ environment: environmentOf({ ETL1_CONFIG: '' }) }).file).toBe('config/etl1.yaml');
    });
  });

  it('names the place, what was expected and what was found', () => {
    const environment = environmentOf({});
    const flags = { chunk_size: 0 };
    expect(() => loadConfig({ flags, environment, file: '/dev/null' })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        step: 'reading the command line',
        message: 'chunk_size: expected a whole number from 1 to 100,000,000, or auto; found 0',
      }),
    );
    expect(() =>
      loadConfig({ flags, flagNamed: () => '--chunk-size', environment, file: '/dev/null' }),
    ).toThrow('--chunk-size: expected a whole number');
    expect(() =>
      loadConfig({ environment: environmentOf({ ETL1_THREADS: 'all' }), file: '/dev/null' }),
    ).toThrow(
      expect.objectContaining({
        kind: 'config',
        message: 'ETL1_THREADS: expected null for every core, or a whole number from 1 to 1,024; found "all"',
      }),
    );
    withYaml('\n\nmode: append', (file) => {
      expect(() => loadConfig({ file, environment })).toThrow(
        expect.objectContaining({
          kind: 'config',
          message: `${file}:3: mode: expected upsert or replace; found "append"`,
        }),
      );
    });
  });

  it.each([
    ['rate_zeros=off', 'found "rate_zeros": "off"; did you mean rate_zero?'],
    ['rate_zero=of', 'found "rate_zero": "of"'],
    ['rate_zero=off,off', 'found "rate_zero=off,off"'],
  ])('names the part of a mapping that is wrong in %s', (text, message) => {
    const environment = environmentOf({ ETL1_VALIDATE_SEVERITIES: text });
    const expected = 'ETL1_VALIDATE_SEVERITIES: expected checks, each with error, warning, info or off; ';
    expect(() => loadConfig({ environment, file: '/dev/null' })).toThrow(
      expect.objectContaining({ kind: 'config', message: `${expected}${message}` }),
    );
  });

  it.each([
    ['chunksize: 1', '; did you mean chunk_size?'],
    ['Data_Root: x', '; did you mean data_root?'],
    ['hasOwnProperty: 1', 'unknown key; expected'],
    ['__proto__: 1', 'unknown key; expected'],
    ['null: 1', 'unknown key; expected'],
  ])('does not take the key of %s', (yaml, message) => {
    withYaml(yaml, (file) => {
      const load = () => loadConfig({ file, environment: environmentOf({}) });
      expect(load).toThrow(`${file}:1: ${yaml.split(':')[0]}: unknown key`);
      expect(load).toThrow(message);
    });
  });

  it('takes an address for the inputs, in any way, where the engine can read it', () => {
    const spark = { engine: 'spark', fact_layout: 'partitioned' };
    const address = 's3a://bucket/tic/input';
    const asFlag = loadConfig({
      flags: { ...spark, input_dir: address },
      environment: environmentOf({}),
      file: '/dev/null',
    });
    const asVariable = loadConfig({
      flags: spark,
      environment: environmentOf({ ETL1_INPUT_DIR: address }),
      file: '/dev/null',
    });
    const inFile = withYaml(`input_dir: ${address}\n`, (file) =>
      loadConfig({ flags: spark, environment: environmentOf({}), file }),
    );
    for (const { settings } of [asFlag, asVariable, inFile]) expect(settings.input_dir).toBe(address);
  });

  it('refuses an address for the inputs of the embedded engine, and says which takes it', () => {
    const environment = environmentOf({ ETL1_INPUT_DIR: 'hdfs://name/in' });
    expect(() => loadConfig({ environment, file: '/dev/null' })).toThrow(
      expect.objectContaining({
        kind: 'config',
        message:
          'input_dir: found the address hdfs://name/in; expected a folder as this machine has it, as engine is embedded',
        hint: expect.stringContaining('`--engine spark`'),
      }),
    );
  });

  it('refuses two tables in one file, by whatever name', () => {
    const load = (flags: Partial<Record<SettingName, unknown>>) => () =>
      loadConfig({ flags, environment: environmentOf({}), file: '/dev/null' });
    expect(load({ dims_dir: './gold/', dim_code_file: 'fact_rate.parquet' })).toThrow(
      'fact_rate_file: expected a file of its own; gold/fact_rate.parquet is also that of dim_code',
    );
    expect(load({ dims_dir: 'x', xrefs_dir: 'x', gold_dir: 'x' })).not.toThrow();
  });

  it('takes a catalog with engine spark alone, which then needs no partitions', () => {
    const load = (flags: Partial<Record<SettingName, unknown>>) => () =>
      loadConfig({ flags, environment: environmentOf({}), file: '/dev/null' });
    expect(load({ spark_root: 's3a://lake' })).toThrow(
      'spark_root: found s3a://lake; expected null, as engine is embedded',
    );
    expect(load({ engine: 'spark', fact_layout: 'partitioned', spark_root: 's3a://lake' })).not.toThrow();
    expect(load({ spark_catalog: 'lake.etl1' })).toThrow(
      'spark_catalog: found lake.etl1; expected null, as engine is embedded',
    );
    expect(load({ engine: 'spark' })).toThrow('fact_layout: found single; expected partitioned');
    expect(load({ engine: 'spark', spark_catalog: 'lake.etl1' })).not.toThrow();
    for (const name of ['lake', 'lake.', 'la ke.etl1', 'lake.`etl1`', 's3a://lake'])
      expect(load({ engine: 'spark', spark_catalog: name })).toThrow(
        'spark_catalog: expected null for files',
      );
  });
});
