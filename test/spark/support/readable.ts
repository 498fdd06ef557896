import type { InputRow } from '../../model/input-value.js';
import type { Part, Parts } from '../../support/compare-files.js';

/** A double of which Spark says that it is too large for a text. */
const mostText = 2 ** 126;

/** Parts without what Spark refuses to read, and says so: pages in brotli, and whole numbers of 39 digits and more as doubles. */
export function readable({ rates, providers }: Parts): Parts {
  return { rates: rates.map(readablePart), providers: providers.map(readablePart) };
}

function readablePart({ table, layout }: Part): Part {
  const rows = table.rows.map(
    (row): InputRow =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === 'number' && Math.abs(value) >= mostText && column !== 'negotiated_rate'
            ? 1e20
            : value,
        ]),
      ),
  );
  return {
    table: { ...table, rows },
    layout: layout.codec === 'brotli' ? { ...layout, codec: 'zstd' } : layout,
  };
}
