import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { makeConfigFile, schemaFileName } from '../../../src/config/config-file.js';
import { environmentOf } from '../../../src/config/environment.js';
import { makeJsonSchema } from '../../../src/config/json-schema.js';
import { loadConfig } from '../../../src/config/load.js';
import { logLevels, settingNamed, settingNames } from '../../../src/config/settings.js';
import { EtlError } from '../../../src/errors.js';
import { withYaml } from './yaml-file.js';

const schema = JSON.parse(makeJsonSchema());
// strict mode refuses words that the draft does not know
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const committed = join(import.meta.dirname, '../../../config');

function loads(values: object): boolean {
  return withYaml(JSON.stringify(values), (file) => {
    try {
      loadConfig({ file, environment: environmentOf({}) });
      return true;
    } catch (thrown) {
      if (thrown instanceof EtlError && thrown.kind === 'config') return false;
      throw thrown;
    }
  });
}

describe('makeJsonSchema', () => {
  it('makes the committed schema, which the configuration file names (`npm run docs` writes it anew)', () => {
    expect(readFileSync(join(committed, schemaFileName), 'utf8')).toBe(makeJsonSchema());
    expect(readFileSync(join(committed, 'etl1.yaml'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=etl1\.schema\.json\n/,
    );
  });

  it('has every setting with its default and why', () => {
    expect(Object.keys(schema.properties)).toEqual([...settingNames, 'spark']);
    expect(Object.keys(schema.properties.spark.properties)).toEqual([
      'master',
      'submit',
      'catalog',
      'root',
      'conf',
      'wait_minutes',
    ]);
    for (const name of settingNames) {
      const { fallback, expected, why } = settingNamed(name);
      expect(schema.properties[name]).toMatchObject({
        default: fallback,
        description: `${why} (${expected})`,
      });
    }
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
  });

  it('accepts the file that says every default, and no setting at all', () => {
    expect([validate(load(makeConfigFile())), validate.errors]).toEqual([true, null]);
    expect(validate({})).toBe(true);
  });

  it.each<[object, boolean]>([
    [{ chunk_sise: 10 }, false],
    [{ chunk_size: 0 }, false],
    [{ chunk_size: 'many' }, false],
    [{ chunk_size: 'auto' }, true],
    [{ state: 'Georgia' }, false],
    [{ state: 'ga' }, true],
    [{ state: ['GA', 'TX'] }, false],
    [{ period: 202508 }, true],
    [{ period: '202513' }, false],
    [{ log_level: 'warning' }, true],
    [{ log_level: 'warn' }, false],
    [{ gold_dir: '../gold' }, false],
    [{ memory_limit_mb: 12 }, false],
    [{ data_root: null }, false],
    [{ threads: null }, true],
    [{ spark: { master: 'yarn' } }, true],
    [{ spark: { mastre: 'yarn' } }, false],
    [{ spark: { master: 1 } }, false],
  ])('of %j says %j, as the loader does', (values, isValid) => {
    expect([validate(values), loads(values)]).toEqual([isValid, isValid]);
  });

  it('agrees with the loader on any file, but for the rules that it cannot say', () => {
    const word = fc.constantFrom(
      ...['auto', 'latest', 'none', '', 'upsert', 'fill', 'month', 'optional', 'skip', 'null'],
      ...logLevels.flatMap((level) => [level, level.toLowerCase(), `${level}x`]),
      ...['a.parquet', 'a/b.parquet', '/a', '../a', 'a\n', 'GA', 'gaa', '202512', '200013', '1e3', 'ınfo'],
    );
    const number = fc.oneof(fc.integer(), fc.integer({ min: -2, max: 1100 }), fc.double(), month());
    const value = fc.oneof(word, fc.string(), number, fc.constant(null), fc.boolean(), fc.array(word));
    const key = fc.oneof(fc.constantFrom(...settingNames), fc.string());
    const spark = { engine: 'spark', fact_layout: 'partitioned' };
    fc.assert(
      fc.property(key, value, (name, setting) => {
        fc.pre(!isMonthOfNoYear(name, setting));
        // without the engine that has catalogs and addresses the loader refuses any
        const ofSpark = name === 'spark_catalog' || name === 'spark_root';
        const values = { ...(ofSpark && spark), ...Object.fromEntries([[name, setting]]) };
        expect(validate(JSON.parse(JSON.stringify(values)))).toBe(loads(values));
      }),
      { numRuns: 600 },
    );
  });
});

function month() {
  return fc
    .record({ year: fc.integer({ min: 1999, max: 2100 }), month: fc.integer({ min: 0, max: 13 }) })
    .map(({ year, month: number }) => year * 100 + number);
}

function isMonthOfNoYear(key: string, value: unknown): boolean {
  return key === 'period' && typeof value === 'number' && (value % 100 === 0 || value % 100 > 12);
}
