import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { interpretFlags } from '../../../src/cli/interpret-flags.js';
import { addSettingFlags, flagOf, givenSettings, settingFlags } from '../../../src/cli/setting-flags.js';
import { settingNamed, settingNames } from '../../../src/config/settings.js';

function parse(...args: string[]) {
  const command = addSettingFlags(new Command())
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  return givenSettings(command.parse(args, { from: 'user' }).opts());
}

describe('the flags of settings', () => {
  it('are those of the manual', () => {
    expect(settingFlags.map(({ flags, setting }) => [flags, setting])).toEqual([
      ['--state <code>', 'state'],
      ['--period <yyyymm|latest>', 'period'],
      ['--payer-slug <slug>', 'payer_slug_override'],
      ['--data-root <dir>', 'data_root'],
      ['--chunk-size <rows|auto>', 'chunk_size'],
      ['--memory-limit <MB>', 'memory_limit_mb'],
      ['--threads <n>', 'threads'],
      ['--engine <embedded|spark>', 'engine'],
      ['--mode <upsert|replace>', 'mode'],
      ['--log-level <level>', 'log_level'],
      ['--log-format <text|json>', 'log_format'],
    ]);
  });

  it.each(settingFlags.map((flag) => [flag.setting, flag] as const))(
    'gives %s what it is given',
    (setting, { flags }) => {
      const name = new Option(flags).long ?? '';
      expect(parse(name, 'first', name, 'x')).toEqual(new Map([[setting, 'x']]));
      expect(parse(`${name}=y`)).toEqual(new Map([[setting, 'y']]));
      expect(parse(name, '-1')).toEqual(new Map([[setting, '-1']]));
      expect(flagOf(setting)).toBe(name);
    },
  );

  it('names the default where there is one to name', () => {
    for (const { setting, description } of settingFlags) {
      const { fallback } = settingNamed(setting);
      if (fallback !== null && setting !== 'log_level')
        expect(description).toContain(`(default: ${fallback}`);
    }
  });

  it('is empty where no flag is given, and takes a configuration file that has a name', () => {
    expect(parse()).toEqual(new Map());
    expect(parse('-c', 'x.yaml', '--state', 'TX')).toEqual(new Map([['state', 'TX']]));
    expect(() => parse('--config', '')).toThrow('expected a file');
  });

  it('become values as configuration takes them', () => {
    expect(interpretFlags(new Map([['chunk_size', '1000'] as const, ['threads', 'null'] as const]))).toEqual({
      chunk_size: 1000,
      threads: null,
    });
  });

  it('calls a setting without a flag by its name', () => {
    const flagged = new Set(settingFlags.map(({ setting }) => setting));
    for (const name of settingNames.filter((name) => !flagged.has(name))) expect(flagOf(name)).toBe(name);
  });
});
