import { appendFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import type { Location } from '../../../src/pipeline/locate.js';
import { describeFile, takeSnapshot } from '../../../src/pipeline/snapshot.js';
import { withFolder } from '../../support/load-pair.js';

const { settings } = loadConfig({
  flags: { chunk_size: 7, mode: 'replace' },
  environment: { settings: new Map(), configFile: undefined, noColor: true },
  file: '/dev/null',
});

function locationOf(folder: string): Location {
  return {
    payer: 'a',
    state: 'GA',
    period: '202508',
    dataRoot: folder,
    inputs: { rates: [join(folder, 'rates.parquet')], providers: [] },
    outputs: [{ table: 'fact_rate', path: join(folder, 'facts.parquet'), exists: false }],
  };
}

describe('takeSnapshot', () => {
  it('holds the state of every file, and the settings that content depends on', async () => {
    await withFolder(async (folder) => {
      const [rates, facts] = [join(folder, 'rates.parquet'), join(folder, 'facts.parquet')];
      writeFileSync(rates, 'twelve bytes');
      const first = await takeSnapshot(locationOf(folder), settings, localFiles);
      expect(first).toMatchObject({
        payer: 'a',
        inputs: {
          rates: [{ path: rates, bytes: 12, mtime_ns: String(statSync(rates, { bigint: true }).mtimeNs) }],
        },
        outputs: { fact_rate: { path: facts, found: null } },
      });
      expect(first.settings).toMatchObject({ mode: 'replace', state: 'GA' });
      expect(Object.keys(first.settings)).not.toContain('chunk_size');
      expect(await takeSnapshot(locationOf(folder), settings, localFiles)).toEqual(first);

      appendFileSync(rates, '!');
      writeFileSync(facts, '');
      const second = await takeSnapshot(locationOf(folder), settings, localFiles);
      expect(second.inputs.rates[0]?.bytes).toBe(13);
      expect(second.outputs['fact_rate']?.found).toMatchObject({ bytes: 0 });
    });
  });

  it('sees other bytes under the same size and time, if a footer differs', async () => {
    await withFolder(async (folder) => {
      const rates = join(folder, 'rates.parquet');
      const digestOf = async (content: string) => {
        writeFileSync(rates, content);
        utimesSync(rates, 1, 1);
        const { inputs } = await takeSnapshot(locationOf(folder), settings, localFiles);
        return inputs.rates[0];
      };
      const [one, other] = [await digestOf('one way'), await digestOf('another')];
      expect(other).toEqual({ ...one, footer_sha256: other?.footer_sha256 });
      expect(other).not.toEqual(one);
    });
  });

  it('says which input is missing', async () => {
    await withFolder(async (folder) => {
      await expect(takeSnapshot(locationOf(folder), settings, localFiles)).rejects.toThrow(
        /rates\.parquet: there is no such file/,
      );
    });
  });
});

describe('describeFile', () => {
  it('gives nothing where there is no file', () => {
    expect(describeFile('/nowhere/a')).toBeNull();
    expect(describeFile('/dev/null/a')).toBeNull();
  });
});
