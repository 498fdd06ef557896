import fc from 'fast-check';
import type { RandomTable } from './arbitrary-table.js';
import type { Codec, Layout } from './fixture.js';

/** How a file is written, apart from what it says. */
export interface RandomLayout extends Omit<Layout, 'columns'> {
  /** Columns that the contract does not know, behind the others. */
  readonly extra: Layout['columns'];
}

const byPolars: readonly Codec[] = ['zstd', 'snappy', 'gzip', 'brotli', 'lz4', 'uncompressed'];
const byDuckdb: readonly Codec[] = ['zstd', 'snappy', 'gzip', 'brotli', 'uncompressed'];

// names that the program gives to columns of its own, or that differ from the contract's by a letter
const extra = fc.constantFrom<Layout['columns']>(
  {},
  {},
  { note: 'text', 'a "b"': 'double', negotiated_rates: 'list' },
  { row: 'text', reject_reason: 'text', source_file: 'text', copies: 'int64', context_id: 'text' },
);

/** A layout for a table of about so many rows. */
export function arbitraryLayout(maxRows: number): fc.Arbitrary<RandomLayout> {
  const polars = fc.record({
    writer: fc.constant('polars' as const),
    codec: fc.constantFrom(...byPolars),
    rowGroupSize: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: maxRows })),
    statistics: fc.boolean(),
    extra,
  });
  const duckdb = fc.record({
    writer: fc.constant('duckdb' as const),
    codec: fc.constantFrom(...byDuckdb),
    extra,
  });
  return fc.oneof(polars, duckdb);
}

/** A table's columns and how they are written, together. */
export function layoutOf({ columns }: Pick<RandomTable, 'columns'>, { extra, ...how }: RandomLayout): Layout {
  return { ...how, columns: { ...columns, ...extra } };
}
