import { describe, expect, it } from 'vitest';
import { coresOf, environmentOf, environmentVariable, interpret } from '../../../src/config/environment.js';
import { type SettingName, settingNames } from '../../../src/config/settings.js';

describe('interpret', () => {
  it.each<[SettingName, string, unknown]>([
    ['chunk_size', '1000', 1000],
    ['chunk_size', '1_000', 1000],
    ['chunk_size', ' 1000 ', 1000],
    ['chunk_size', '1e3', 1000],
    ['chunk_size', 'auto', 'auto'],
    ['chunk_size', '0', '0'],
    ['chunk_size', '0x10', '0x10'],
    ['chunk_size', 'Infinity', 'Infinity'],
    ['chunk_size', '1,000', '1,000'],
    ['chunk_size', '', ''],
    ['max_reject_ratio', '.5', 0.5],
    ['max_reject_ratio', '1.', 1],
    ['max_reject_ratio', '5%', '5%'],
    ['threads', '4', 4],
    ['threads', 'null', null],
    ['threads', '', null],
    ['payer_slug_override', '', null],
    ['payer_slug_override', 'null', null],
    ['payer_slug_override', '123', '123'],
    ['period', '202508', '202508'],
    ['state', '12', '12'],
    ['data_root', '2025', '2025'],
    ['data_root', 'null', 'null'],
    ['empty_pos_set', '', ''],
    ['data_root', 'a=b', 'a=b'],
    ['validate_severities', '', {}],
    ['validate_severities', 'rate_zero=off', { rate_zero: 'off' }],
    [
      'validate_severities',
      ' rate_zero = off, npi_invalid=error ',
      { rate_zero: 'off', npi_invalid: 'error' },
    ],
    ['validate_severities', 'rate_zero', 'rate_zero'],
    ['validate_severities', 'rate_zero=off=on', 'rate_zero=off=on'],
    ['validate_severities', 'rate_zero=off,', 'rate_zero=off,'],
  ])('takes %s %j for %j', (name, text, value) => expect(interpret(name, text)).toEqual(value));
});

describe('environmentOf', () => {
  it('knows a variable for every setting, and no other', () => {
    const variables = Object.fromEntries(settingNames.map((name) => [environmentVariable(name), 'x']));
    const environment = environmentOf({ ...variables, ETL1_OTHER: 'x', CHUNK_SIZE: 'x', etl1_state: 'x' });
    expect([...environment.settings.keys()]).toEqual(settingNames);
    expect(environmentVariable('memory_limit_mb')).toBe('ETL1_MEMORY_LIMIT_MB');
  });

  it('takes a variable that is not there or empty as no configuration file and as colour', () => {
    expect(environmentOf({})).toEqual({ settings: new Map(), configFile: undefined, noColor: false });
    expect(environmentOf({ ETL1_CONFIG: '', NO_COLOR: '' })).toMatchObject({
      configFile: undefined,
      noColor: false,
    });
    expect(environmentOf({ ETL1_CONFIG: 'a', NO_COLOR: '1' })).toMatchObject({
      configFile: 'a',
      noColor: true,
    });
  });
});

describe('coresOf', () => {
  it('is what is asked for, else what there is', () => {
    expect(coresOf(3)).toBe(3);
    expect(coresOf(null)).toBeGreaterThanOrEqual(1);
  });
});
