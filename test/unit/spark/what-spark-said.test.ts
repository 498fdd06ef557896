import { describe, expect, it } from 'vitest';
import { whatSparkSaid } from '../../../src/spark/what-spark-said.js';

describe('what Spark said', () => {
  it('is told without what is around it', () => {
    expect(
      whatSparkSaid(
        'Spark cannot do it: An error occurred while calling o49.sql. : org.apache.iceberg.exceptions.ValidationException: Found conflicting files at org.apache.iceberg.Merging.check(Merging.java:1) at b.c.D(E.java)',
      ),
    ).toBe('org.apache.iceberg.exceptions.ValidationException: Found conflicting files');
  });

  it('is told as it is where nothing is around it', () => {
    expect(whatSparkSaid('[CATALOG_NOT_FOUND] The catalog `a` is not found. SQLSTATE: 42P08')).toBe(
      '[CATALOG_NOT_FOUND] The catalog `a` is not found. SQLSTATE: 42P08',
    );
  });
});
