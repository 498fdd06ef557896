import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimRoot } from '../../../src/spark/claim-root.js';
import { withFolder } from '../../support/load-pair.js';
import { MemoryFiles } from './memory-files.js';

const root = 's3a://lake/etl1';
const owner = `${root}/.etl1/owner.json`;

describe('a root', () => {
  it('is of the data root that claims it first, however many loads do so at the same time', () =>
    withFolder(async (dataRoot) => {
      const files = new MemoryFiles();
      const claim = () => claimRoot(files, root, { dataRoot, acceptsOutputs: false });
      await Promise.all([claim(), claim(), claim()]);
      const { id, data_root: of } = JSON.parse(files.files.get(owner) ?? '');
      expect(of).toBe(dataRoot);
      expect(readFileSync(join(dataRoot, '.id'), 'utf8')).toBe(`${id}\n`);
      expect(readdirSync(dataRoot)).toEqual(['.id']);
      const before = files.files.get(owner);
      await claim();
      expect(files.files.get(owner)).toBe(before);
    }));

  it('is refused to another data root, which may take it by force', () =>
    withFolder(async (folder) => {
      const [one, other] = [join(folder, 'one'), join(folder, 'other')];
      for (const path of [one, other]) mkdirSync(path);
      const files = new MemoryFiles();
      const claim = (dataRoot: string, acceptsOutputs = false) =>
        claimRoot(files, root, { dataRoot, acceptsOutputs });
      await claim(one);
      await expect(claim(other)).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringMatching(
          /is loaded from the data root .*\/one of .*; expected no other than .*\/other/,
        ),
        hint: expect.stringContaining('--force'),
      });
      await claim(other, true);
      await claim(other);
      await expect(claim(one)).rejects.toMatchObject({ kind: 'config' });
    }));

  it('is not opened where its owner cannot be read', () =>
    withFolder(async (dataRoot) => {
      const files = new MemoryFiles({ [owner]: '{}' });
      await expect(claimRoot(files, root, { dataRoot, acceptsOutputs: true })).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringContaining(`${owner}: not what a run of etl1 writes there`),
      });
    }));
});
