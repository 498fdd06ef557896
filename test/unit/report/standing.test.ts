import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFile } from '../../../src/pipeline/snapshot.js';
import { describeScope, whatChanged } from '../../../src/report/standing.js';
import { withFolder } from '../../support/load-pair.js';
import { manifestOf } from '../../support/manifest.js';

describe('whatChanged', () => {
  it('knows the outputs of a run, and who has changed them since', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'fact_rate.parquet');
      writeFileSync(path, 'as the run left it');
      const left = describeFile(path);
      if (!left) throw new Error('not written');
      const output = { path, found: null, left, content_sha256: '', rows: 1 };
      const manifest = manifestOf({ outputs: { fact_rate: output } });
      const later = manifestOf({ run_id: 'later', payer: 'uhc', finished_at: '2025-08-02T00:00:00.000Z' });
      const outputs = [{ table: 'fact_rate', path, exists: true }] as const;
      expect(whatChanged(manifest, [later, manifest], outputs)).toBeNull();
      writeFileSync(path, 'as it is now');
      expect(whatChanged(manifest, [manifest], outputs)).toBe(
        'something else has changed fact_rate since this run',
      );
      expect(whatChanged(manifest, [later, manifest], outputs)).toBe(
        '1 later run published into the same outputs, the last later of payer uhc; different by now: fact_rate',
      );
    });
  });
});

describe('describeScope', () => {
  const slice = (year_month: string | null) => ({ state: 'GA', payer_slug: 'aetna', year_month });

  it('names the slices of a run', () => {
    expect(describeScope(manifestOf({ slices: [slice('2025-08'), slice(null)] }))).toBe(
      'the rates of aetna, GA, 2025-08; aetna, GA, no month',
    );
    const many = Array.from({ length: 9 }, (_, index) => slice(`2025-0${index + 1}`));
    expect(describeScope(manifestOf({ slices: many }))).toMatch(/2025-06; and 3 more slices$/);
  });

  it('says so where there are none, or where that was not kept', () => {
    expect(describeScope(manifestOf({ slices: [] }))).toBe('no rates: this run had none to load');
    const { slices: _, ...earlier } = manifestOf();
    expect(describeScope(earlier)).toMatch(/^all rates in the outputs: /);
  });
});
