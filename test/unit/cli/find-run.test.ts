import { describe, expect, it } from 'vitest';
import { findRun } from '../../../src/cli/find-run.js';
import type { Manifest } from '../../../src/pipeline/manifest.js';
import { manifestOf } from '../../support/manifest.js';

const ids = ['20250903T000000Z-cccccc', '20250902T100000Z-bbbbbb', '20250902T090000Z-aaaaaa'];
const manifests: Manifest[] = ids.map((run_id) => manifestOf({ run_id }));

const found = (wanted: string) => findRun(wanted, '/data', manifests).run_id;

describe('findRun', () => {
  it('finds a run by its id, by the beginning of it, and the latest', () => {
    expect(found(ids[2] ?? '')).toBe(ids[2]);
    expect(found('20250902T1')).toBe(ids[1]);
    expect(found('latest')).toBe(ids[0]);
  });

  it.each([
    [
      '20250902',
      '2 runs in /data begin with "20250902", such as 20250902T100000Z-bbbbbb; expected the id of one',
    ],
    ['2024', 'no run "2024" in /data'],
    ['', 'no run "" in /data'],
    ['20250903T000000Z-cccccd', 'did you mean 20250903T000000Z-cccccc?'],
  ])('does not know %j', (wanted, message) => {
    expect(() => found(wanted)).toThrow(message);
  });

  it('knows of no latest where none has published', () => {
    expect(() => findRun('latest', '/data', [])).toThrow('no run "latest" in /data');
  });
});
