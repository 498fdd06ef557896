import { z } from 'zod';
import type { Example } from '../load/survey.js';
import type { Partition } from '../tables/partitions.js';
import type { SparkRow } from './session.js';

/** What comes back from Spark, checked. */

const numbers = z.record(z.string(), z.coerce.number());
const reason = z.object({ reject_reason: z.string(), rows: z.coerce.number() });
const slice = z.object({ payer_slug: z.string(), year_month: z.string().nullable() });
const values = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** The numbers of the only row. */
export function numbersOf([row]: readonly SparkRow[]): Record<string, number> {
  return numbers.parse(row);
}

/** Rows by the reason that they were rejected for. */
export function reasonsOf(rows: readonly SparkRow[]): Record<string, number> {
  const found = rows.map((row) => reason.parse(row));
  return Object.fromEntries(
    found
      .sort((one, other) => (one.reject_reason < other.reject_reason ? -1 : 1))
      .map((row) => [row.reject_reason, row.rows]),
  );
}

export function partitionsOf(rows: readonly SparkRow[], state: string): Partition[] {
  return rows.map((row) => ({ state, ...slice.parse(row) }));
}

/** A row that stands for others; null where there is none. */
export function exampleOf(table: Example['table'], [row]: readonly SparkRow[]): Example | null {
  if (!row) return null;
  const { fact_uid: fact, pg_uid: group, ...others } = values.parse(row);
  return { table, uid: String(table === 'fact_rate' ? fact : group), values: others };
}
