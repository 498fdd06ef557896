import { describe, expect, it } from 'vitest';
import { libraryVersions, programVersion } from '../../../src/pipeline/program-version.js';
import { versionsOf } from '../../../src/pipeline/versions.js';

describe('the versions that packages tell', () => {
  it('are those of the libraries when they are loaded', async () => {
    const { etl1, polars, duckdb } = await versionsOf();
    expect({ etl1: programVersion(), ...libraryVersions() }).toEqual({
      etl1,
      polars,
      duckdb: duckdb?.replace(/^v/, ''),
    });
  });
});
