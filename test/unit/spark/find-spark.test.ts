import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSubmit } from '../../../src/spark/find-spark.js';
import { withFolder } from '../../support/load-pair.js';

/** A program, or a file that is none. */
function place(folder: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'spark-submit');
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

describe('spark-submit', () => {
  it('is the one that is configured, before that of SPARK_HOME, before the first on the PATH', () =>
    withFolder(async (folder) => {
      const [own, home, first] = ['own', 'home/bin', 'first'].map((name) => place(join(folder, name)));
      place(join(folder, 'second'));
      const path = ['none', 'first', 'second'].map((name) => join(folder, name)).join(delimiter);
      const sparkHome = join(folder, 'home');
      expect(findSubmit(own ?? '', { sparkHome, path })).toBe(own);
      expect(findSubmit(null, { sparkHome, path })).toBe(home);
      expect(findSubmit(null, { sparkHome: undefined, path })).toBe(first);
    }));

  it('is missed with a way to get it', () =>
    withFolder(async (folder) => {
      place(join(folder, 'plain'), 0o644);
      const find = (configured: string | null, sparkHome?: string) => () =>
        findSubmit(configured, { sparkHome, path: join(folder, 'plain') });
      const kind = { kind: 'config', hint: expect.stringContaining('pip install pyspark') };
      expect(find(null)).toThrow(
        expect.objectContaining({ ...kind, message: expect.stringContaining('SPARK_HOME is not set') }),
      );
      expect(find(null, folder)).toThrow(
        expect.objectContaining({ ...kind, message: expect.stringContaining(`SPARK_HOME is ${folder}`) }),
      );
      expect(find('/no/such/submit')).toThrow(
        expect.objectContaining({ ...kind, message: expect.stringContaining('/no/such/submit') }),
      );
    }));
});
