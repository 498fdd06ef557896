import type { InputRow } from '../../model/input-value.js';
import type { Part, Parts } from '../../support/compare-files.js';

/** From here on Spark says that a double is too large for a text, and below the other that it is too small for a sure one. */
const mostText = 2 ** 126;
const leastText = 2 ** -126;

/** Parts without what Spark refuses to read, and says so: as doubles whole numbers of 39 digits and more, and the smallest of all. */
export function readable({ rates, providers }: Parts): Parts {
  return { rates: rates.map(readablePart), providers: providers.map(readablePart) };
}

function isRefused(value: number): boolean {
  const size = Math.abs(value);
  return size >= mostText || (size > 0 && size < leastText);
}

function readablePart({ table, layout }: Part): Part {
  const rows = table.rows.map(
    (row): InputRow =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === 'number' && isRefused(value) && column !== 'negotiated_rate' ? 1e20 : value,
        ]),
      ),
  );
  return { table: { ...table, rows }, layout };
}
