import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeConfigFile } from '../../../src/config/config-file.js';
import { environmentOf } from '../../../src/config/environment.js';
import { loadConfig } from '../../../src/config/load.js';
import { settingNamed, settingNames } from '../../../src/config/settings.js';

const committed = join(import.meta.dirname, '../../../config/etl1.yaml');
const environment = environmentOf({});

describe('makeConfigFile', () => {
  it('makes the committed file (`vitest -u` writes it anew)', async () => {
    await expect(makeConfigFile()).toMatchFileSnapshot(committed);
  });

  it('says every setting once, with its default and why', () => {
    const { settings, origins } = loadConfig({ file: committed, environment });
    expect(Object.keys(settings)).toEqual(settingNames);
    for (const name of settingNames) {
      const { fallback, why } = settingNamed(name);
      expect([name, settings[name], origins.get(name)]).toEqual([name, fallback, 'file']);
      expect(makeConfigFile()).toContain(`# ${why} (`);
    }
  });

  it('makes comments of all but the settings, one line each', () => {
    const lines = makeConfigFile().split('\n').filter(Boolean);
    expect(lines.filter((line) => !line.startsWith('# ')).length).toBe(settingNames.length);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(150);
  });

  it('makes a file that loads as the defaults do', () => {
    const folder = mkdtempSync(join(tmpdir(), 'etl1-config-'));
    try {
      writeFileSync(join(folder, 'made.yaml'), makeConfigFile());
      const made = loadConfig({ file: join(folder, 'made.yaml'), environment });
      expect(made.settings).toEqual(loadConfig({ file: '/dev/null', environment }).settings);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
