import { describe, expect, it } from 'vitest';
import { inWorkspace } from './workspace.js';

const root = 'spark:\n  root: s3a://lake/etl1\n';

describe('outputs at an address', () => {
  it('are refused with the embedded engine, which writes files of this machine', () =>
    inWorkspace(async ({ write, etl1 }) => {
      write('config/etl1.yaml', root);
      const { exitCode, stderr } = await etl1(['--payer', 'aetna']);
      expect(exitCode).toBe(78);
      expect(stderr).toContain('spark_root: found s3a://lake/etl1; expected null, as engine is embedded');
      expect(stderr).toContain('try: set engine: spark');
    }));

  it('are asked for by a setting of their own', () =>
    inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1(['--payer', 'aetna', '--data-root', 's3a://lake/etl1']);
      expect(exitCode).toBe(64);
      expect(stderr).toContain('an address such as s3a:// goes to spark_root; found "s3a://lake/etl1"');
    }));

  it.each(['lake/etl1', '/lake', 's3a://', 's3a://lake/../other'])('are at no such place as %s', (place) =>
    inWorkspace(async ({ write, etl1 }) => {
      write('config/etl1.yaml', `engine: spark\nfact_layout: partitioned\nspark_root: ${place}\n`);
      const { exitCode, stderr } = await etl1(['--payer', 'aetna']);
      expect(exitCode).toBe(78);
      expect(stderr).toContain('spark_root: expected null for data_root, or an address');
    }),
  );

  it.each([
    ['validate', [], 'etl1 validate --data-root <folder>'],
    ['compare', ['data', 'data'], '`etl1 compare` of two such folders'],
    ['report', ['20250101T000000Z-abcdef'], '`etl1 runs <run>` tells of a run'],
    ['benchmark', [], 'data roots of its own'],
    ['compact', [], 'compact a copy'],
    ['migrate', ['--to', 'single'], 'whatever fact_layout is'],
  ])('are told to whoever wants to %s files of this machine, with another way', (command, args, way) =>
    inWorkspace(async ({ write, etl1 }) => {
      write('config/etl1.yaml', `engine: spark\nfact_layout: partitioned\n${root}`);
      const { exitCode, stderr } = await etl1([command, ...args]);
      expect(exitCode).toBe(78);
      expect(stderr).toContain('spark_root is s3a://lake/etl1: the outputs are files of a cluster');
      expect(stderr).toContain(`etl1 ${command} expected files below data_root`);
      expect(stderr).toContain(way);
    }),
  );
});
