import { describe, expect, it } from 'vitest';
import { loadPair, withFolder } from '../support/load-pair.js';
import { realFile, realPairs } from '../support/real-pairs.js';
import { validateOutputs } from '../support/sound-outputs.js';

describe.skipIf(realPairs.length === 0)('the outputs of real pairs', () => {
  it.each(realPairs)('of %s are sound', (_, { load, tables }) =>
    withFolder(async (dataRoot) => {
      const settings = {
        state: load.state,
        payer_slug_override: load.payer_slug_override,
        provider_group_scope: load.provider_group_scope,
        empty_pos_set: load.empty_pos_set,
      };
      const files = { rates: realFile(load.rates), providers: realFile(load.providers) };
      await loadPair({ dataRoot, ...files, settings });
      const report = await validateOutputs(dataRoot, settings);
      expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(report.status).toBe('sound');
      expect(report.tables['fact_rate']?.rows).toBe(tables.fact_rate?.rows);
    }),
  );
});
