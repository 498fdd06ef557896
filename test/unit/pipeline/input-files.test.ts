import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeIn, placeOf } from '../../../src/config/address.js';
import { loadConfig } from '../../../src/config/load.js';
import { findInputs } from '../../../src/pipeline/find-inputs.js';
import { findSomePayers } from '../../../src/pipeline/find-payers.js';
import type { InputFiles } from '../../../src/pipeline/input-files.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import { type Location, searchedBy } from '../../../src/pipeline/locate.js';
import type { FileState } from '../../../src/pipeline/manifest.js';
import { checkInputs, takeSnapshot } from '../../../src/pipeline/snapshot.js';
import { writeRows } from '../../support/fixture.js';
import { withFolder } from '../../support/load-pair.js';

const folder = 's3a://bucket/in';
const { settings } = loadConfig({
  flags: { engine: 'spark', fact_layout: 'partitioned', input_dir: folder },
  environment: { settings: new Map(), configFile: undefined, noColor: true },
  file: '/dev/null',
});

/** Files that are somewhere else, by path from their folder. */
function filesWith(states: Readonly<Record<string, FileState>>): InputFiles {
  return {
    list: async (asked) => (asked === folder ? Object.keys(states) : null),
    stateOf: async (path) => states[path.replace(`${folder}/`, '')] ?? null,
    footerOf: () => Promise.reject(new RangeError('nobody asks for it')),
  };
}

const state: FileState = { bytes: 7, mtime_ns: '1000000', footer_sha256: 'ab' };
const names = ['202508_a_ga_rates.parquet', '202508_a_ga_providers.parquet', '202507_b_ga_rates.parquet'];
const files = filesWith(Object.fromEntries(names.map((name) => [name, state])));
const request = { payer: 'a', state: 'GA', period: 'latest', named: {}, providersOptional: false };

describe('inputs at an address', () => {
  it('are found by patterns, and keep the address', async () => {
    const searched = searchedBy(settings, files);
    expect(await findInputs({ ...request, ...searched })).toEqual({
      period: '202508',
      rates: ['s3a://bucket/in/202508_a_ga_rates.parquet'],
      providers: ['s3a://bucket/in/202508_a_ga_providers.parquet'],
    });
    expect(await findSomePayers(searched, settings)).toEqual(['a', 'b']);
    const named = { rates: 'hdfs://n/r_202501.parquet', providers: 'p.parquet' };
    expect(await findInputs({ ...request, ...searched, named })).toEqual({
      period: '202501',
      rates: [named.rates],
      providers: [join(process.cwd(), 'p.parquet')],
    });
  });

  it('that are missing are told as others are', async () => {
    const searched = searchedBy(settings, files);
    await expect(findInputs({ ...request, ...searched, payer: 'b' })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('expected s3a://bucket/in/202507_b_ga_providers.parquet; payers'),
    });
    const nowhere = { ...searched, folder: 's3a://bucket/nowhere' };
    await expect(findInputs({ ...request, ...nowhere })).rejects.toThrow(/there is no such folder$/);
    await expect(findSomePayers(nowhere, settings)).rejects.toThrow(/there is no such folder$/);
  });

  it('must not change while they are read', async () => {
    const path = `${folder}/${names[0]}`;
    const location: Location = {
      ...{ payer: 'a', state: 'GA', period: '202508', dataRoot: '/', outputs: [] },
      inputs: { rates: [path], providers: [] },
    };
    const snapshot = await takeSnapshot(location, settings, files);
    expect(snapshot.inputs.rates).toEqual([{ path, ...state }]);
    await checkInputs(snapshot, files);
    const later = filesWith({ [String(names[0])]: { ...state, mtime_ns: '2000000' } });
    await expect(checkInputs(snapshot, later)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringContaining(`${path}: has been changed while it was read`),
    });
    await expect(checkInputs(snapshot, filesWith({}))).rejects.toThrow(`${path}: is gone while it was read`);
    await expect(takeSnapshot(location, settings, filesWith({}))).rejects.toThrow(
      `${path}: there is no such file`,
    );
  });
});

describe('a place', () => {
  it.each([
    ['/a', '/a/b'],
    ['/a/', '/a/b'],
    ['s3a://a', 's3a://a/b'],
    ['s3a://a/', 's3a://a/b'],
    ['file:///', 'file:///b'],
  ])('in %s is %s', (above, expected) => {
    expect(placeIn(above, 'b')).toBe(expected);
  });

  it('is absolute, as addresses are', () => {
    expect(placeOf('b', '/a')).toBe('/a/b');
    expect(placeOf('/b', '/a')).toBe('/b');
    expect(placeOf('gs://b', '/a')).toBe('gs://b');
  });
});

describe('inputs of this machine', () => {
  it('are listed, described and read', () =>
    withFolder(async (here) => {
      const file = join(here, 'x.parquet');
      await writeRows(file, [{ a: 'x' }], { columns: { a: 'text' } });
      expect(await localFiles.list(here, false)).toEqual(['x.parquet']);
      expect(await localFiles.list(join(here, 'nowhere'), true)).toBeNull();
      await expect(localFiles.list(file, false)).rejects.toThrow('this is a file; expected a folder');
      expect(await localFiles.stateOf(join(here, 'nowhere'))).toBeNull();
      const { bytes } = await localFiles.footerOf(file, ['a']);
      expect(await localFiles.stateOf(file)).toMatchObject({ bytes });
    }));
});
