import { describe, expect, it } from 'vitest';
import { digestOf } from '../model/digest.js';
import { tableNames } from '../model/tables.js';
import { loadPair, readOutputs, withFolder } from '../support/load-pair.js';
import { realFile, realPairs } from '../support/real-pairs.js';

const wholeFile = 100_000_000;

describe.skipIf(realPairs.length === 0)('real pairs', () => {
  for (const [name, pair] of realPairs) {
    for (const chunkSize of [1_000, 50_000, wholeFile]) {
      it(`loads ${name} to the published digests in chunks of ${chunkSize} rows`, () =>
        withFolder(async (dataRoot) => {
          const { load } = pair;
          const summary = await loadPair({
            dataRoot,
            rates: realFile(load.rates),
            providers: realFile(load.providers),
            settings: {
              state: load.state,
              payer_slug_override: load.payer_slug_override,
              provider_group_scope: load.provider_group_scope,
              empty_pos_set: load.empty_pos_set,
              chunk_size: chunkSize,
            },
          });
          expect({ rates: summary.processed_rates, providers: summary.processed_providers }).toEqual(
            pair.input_rows,
          );
          expect(summary.rejects).toEqual({ rates: {}, providers: {} });
          const facts = pair.tables.fact_rate.rows;
          const balance = { rejected: 0, already_there: 0, inserted: facts };
          const read = pair.input_rows.rates;
          expect(summary.balance).toEqual({ ...balance, read, duplicates: read - facts });
          expect(summary.warnings['rate_percentage'] ?? 0).toBe(pair.warnings['rates:percentage'] ?? 0);

          const outputs = await readOutputs(dataRoot);
          const found = tableNames.map((table) => [
            table,
            { rows: outputs[table].length, digest: digestOf(table, outputs[table]) },
          ]);
          expect(Object.fromEntries(found)).toEqual(pair.tables);
        }));
    }
  }
});
