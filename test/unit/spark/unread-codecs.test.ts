import { join } from 'node:path';
import type { CompressionCodec } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { PlannedFile } from '../../../src/pipeline/plan.js';
import { unreadCodecIn } from '../../../src/spark/unread-codecs.js';
import { makeInput } from '../../faults/support/input.js';
import { withFolder } from '../../support/load-pair.js';
import { makeRun } from '../../support/make-run.js';

/** A file of rates in three row groups, planned. */
const withFile = (work: (file: PlannedFile) => void) =>
  withFolder(async (folder) => {
    const rows = { rateFiles: 1, rowsPerFile: 180, rowGroupSize: 60 };
    const input = await makeInput(join(folder, 'in'), { payer: 'one', ...rows });
    const { plan } = await makeRun(folder, input, 60);
    for (const file of plan.sources.rates.files) work(file);
  });

/** The same as if a column were in another codec in one row group. */
const withCodec = (
  file: PlannedFile,
  codec: CompressionCodec,
  column: string,
  group: number,
): PlannedFile => ({
  ...file,
  footer: {
    ...file.footer,
    rowGroups: file.footer.rowGroups.map((one, number) => ({
      ...one,
      chunks: one.chunks.map((chunk) =>
        number === group && chunk.column === column
          ? { ...chunk, metadata: { ...chunk.metadata, codec } }
          : chunk,
      ),
    })),
  },
});

describe('a codec that Spark does not know', () => {
  it('may be that of any row group, in a column that is read', () =>
    withFile((file) => {
      expect(unreadCodecIn('rates', file)).toBe(null);
      const found = unreadCodecIn('rates', withCodec(file, 'BROTLI', 'billing_code', 2));
      expect(found?.message).toContain(`${file.path}: column billing_code is compressed with BROTLI`);
      const layout = new Map([...file.layout, ['billing_code', { kind: 'null' }] as const]);
      expect(unreadCodecIn('rates', withCodec({ ...file, layout }, 'BROTLI', 'billing_code', 2))).toBe(null);
      expect(unreadCodecIn('rates', withCodec(file, 'BROTLI', 'version', 0))).toBe(null);
    }));

  it('is no matter of copies where this machine does not know it either', () =>
    withFile((file) => {
      expect(unreadCodecIn('rates', withCodec(file, 'LZO', 'billing_code', 0))).toBe(null);
    }));
});
