import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/config/environment.js';
import { loadConfig } from '../../../src/config/load.js';
import { partsOf } from '../../../src/config/sections.js';
import { withYaml } from './yaml-file.js';

const load = (text: string) => withYaml(text, (file) => loadConfig({ file, environment: environmentOf({}) }));

describe('a section of a configuration file', () => {
  it('has the settings that begin with its name', () => {
    expect(partsOf('spark')).toEqual([
      ['master', 'spark_master'],
      ['submit', 'spark_submit'],
      ['catalog', 'spark_catalog'],
      ['root', 'spark_root'],
      ['conf', 'spark_conf'],
      ['wait_minutes', 'spark_wait_minutes'],
    ]);
  });

  it('is the same as its settings one by one', () => {
    const text = 'spark:\n  master: yarn\n  conf:\n    spark.executor.memory: 8g\nstate: TX\n';
    const { settings, origins } = load(text);
    expect(settings).toMatchObject({
      spark_master: 'yarn',
      spark_submit: null,
      spark_conf: { 'spark.executor.memory': '8g' },
      state: 'TX',
    });
    expect([origins.get('spark_master'), origins.get('spark_submit')]).toEqual(['file', 'default']);
  });

  it.each([
    ['a key that it does not have', 'spark:\n  mastre: yarn', /:1: spark_mastre: unknown key.*spark_master/],
    [
      'a value that is none',
      'state: TX\nspark:\n  master: [a]',
      /:2: spark_master: expected .* found a list/,
    ],
    ['a setting twice', 'spark_master: a\nspark:\n  master: b', /:2: spark_master is given twice/],
    ['no settings below it', 'spark: yarn', /:1: spark: unknown key/],
  ])('is refused with %s', (_, text, message) => {
    expect(() => load(text)).toThrow(message);
  });
});
