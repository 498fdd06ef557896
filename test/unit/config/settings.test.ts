import { describe, expect, it } from 'vitest';
import { isSettingName, type SettingName, settingNamed, settingNames } from '../../../src/config/settings.js';
import { tables } from '../../../src/tables/tables.js';

const folders: readonly SettingName[] = ['dims_dir', 'xrefs_dir', 'gold_dir'];
const patterns: readonly SettingName[] = ['rates_file_pattern', 'providers_file_pattern'];

function accepts(name: SettingName, value: unknown): boolean {
  return settingNamed(name).schema.safeParse(value).success;
}

describe('settings', () => {
  it.each(settingNames)('%s has a default that is a value of its own', (name) => {
    const { schema, fallback, expected, why } = settingNamed(name);
    expect(schema.parse(fallback)).toEqual(fallback);
    expect(expected).toMatch(/\S/);
    expect(why).toMatch(/\S/);
  });

  it('names the file of every table', () => {
    for (const { name, file } of tables) {
      const setting = `${name}_file`;
      expect(isSettingName(setting) && settingNamed(setting).fallback).toBe(file);
    }
  });

  it.each<[SettingName, readonly unknown[], readonly unknown[]]>([
    ['state', ['GA', 'ga', 'Tx'], ['Georgia', 'G', '', 'G1', ' GA', 'GA\n', 'ß', 'ﬁ', 12, null]],
    [
      'period',
      ['latest', '202501', '209912', 202508],
      ['2025', '2025-08', '202500', '202513', '199912', 'Latest', '', null],
    ],
    [
      'payer_slug_override',
      [null, 'a', 'a-1', 'united-health-2'],
      ['', 'A', '-a', 'a-', 'a--b', 'a b', 'é', 7],
    ],
    [
      'data_root',
      ['data', '/data', '../data', '.', 'a b', 'a:b', 'C:/data'],
      ['', 'a\u{0}b', 's3a://a/b', 'HDFS://a', null, 7],
    ],
    ['input_dir', ['input', '/input', 'gs://a/b', 'file:///a'], ['', 'a\u{0}b', null]],
    ['max_reject_ratio', [0, 0.1, 1], [-0.1, 1.1, Number.NaN, '0.1', null]],
    [
      'chunk_size',
      [1, 50_000, 100_000_000, 'auto'],
      [0, -1, 1.5, 100_000_001, 'AUTO', '50', null, Number.POSITIVE_INFINITY],
    ],
    ['memory_limit_mb', [256, 8192, 16_777_216], [255, 16_777_217, 256.5, '8192', null]],
    ['threads', [null, 1, 1024], [0, 1025, 1.5, 'all']],
    ['providers', ['required', 'optional'], ['', 'none', true, null]],
    ['empty_pos_set', ['', 'none'], ['None', null]],
    ['provider_group_scope', ['payer', 'month'], ['state', null]],
    ['dimension_conflict', ['fill', 'update'], ['keep', null]],
    ['mode', ['upsert', 'replace'], ['append', null]],
    ['log_format', ['text', 'json'], ['JSON', 'pretty', '', null]],
    ['log_max_mb', [1, 20, 1_000_000], [0, 1.5, 1_000_001, '20', null]],
    ['log_files', [1, 5, 1_000], [0, 1.5, 1_001, '5', null]],
    ['log_level', ['DEBUG', 'info', 'Warning', 'ERROR', 'critical'], ['WARN', '', 10, null]],
    [
      'fact_rate_file',
      ['a.parquet', 'a b.parquet'],
      ['a', 'a.csv', '.parquet/x', 'a/b.parquet', 'a\\b.parquet', null],
    ],
  ])('%s takes some values and not others', (name, good, bad) => {
    for (const value of good) expect([value, accepts(name, value)]).toEqual([value, true]);
    for (const value of bad) expect([value, accepts(name, value)]).toEqual([value, false]);
  });

  it.each([...folders, ...patterns])('%s stays below its folder', (name) => {
    const end = patterns.includes(name) ? '/x.parquet' : '';
    for (const path of ['a', 'a/b', '..a', 'a..', './a', 'a/..b/c']) {
      expect([path, accepts(name, path + end)]).toEqual([path, true]);
    }
    for (const path of ['/a', '..', '../a', 'a/../b', 'a/..', 'a/../../b', 'a\u{0}']) {
      expect([path, accepts(name, path + end)]).toEqual([path, false]);
    }
  });
});
