import { describe, expect, it } from 'vitest';
import { choicesOf, suggestValue } from '../../../src/config/choices.js';
import { type SettingName, settingNamed, settingNames } from '../../../src/config/settings.js';

describe('choicesOf', () => {
  it.each<[SettingName, string[]]>([
    ['mode', ['upsert', 'replace']],
    ['empty_pos_set', ['none']],
    ['chunk_size', ['auto']],
    ['period', ['latest']],
    ['log_level', ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['data_root', []],
    ['threads', []],
  ])('of %s are %j', (name, choices) => expect(choicesOf(settingNamed(name))).toEqual(choices));
});

describe('suggestValue', () => {
  it.each<[SettingName, unknown, string]>([
    ['mode', 'upser', '; did you mean upsert?'],
    ['mode', 'append', ''],
    ['log_level', 'wanring', '; did you mean WARNING?'],
    ['log_level', 'warn', '; did you mean WARNING?'],
    ['chunk_size', 'aut', '; did you mean auto?'],
    ['state', 'Georgia', '; did you mean GA?'],
    ['state', 'new yrok', '; did you mean NY?'],
    ['state', 'Bavaria', ''],
    ['empty_pos_set', 'x', ''],
    ['mode', 12, ''],
    ['mode', null, ''],
  ])('for %s and %j', (name, value, text) => expect(suggestValue(value, settingNamed(name))).toBe(text));

  it('gives nothing but what the setting takes', () => {
    for (const name of settingNames) {
      const { schema, synonyms = {} } = settingNamed(name);
      for (const value of Object.values(synonyms))
        expect([name, value, schema.safeParse(value).success]).toEqual([name, value, true]);
    }
  });
});
