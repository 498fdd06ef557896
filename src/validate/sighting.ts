import { z } from 'zod';
import type { CheckName } from '../tables/checks.js';
import type { TableName } from '../tables/tables.js';
import type { Finding } from './report.js';

/** What a check found in a table, before it is known how much it matters. */
export type Sighting = Omit<Finding, 'severity' | 'finds'>;

const number = z.union([z.bigint(), z.number(), z.null()]).transform((value) => Number(value ?? 0));

const foundSchema = z.object({
  rows: number,
  examples: z
    .array(z.record(z.string(), z.string().nullable()))
    .nullable()
    .transform((examples) => examples ?? []),
});

/** What the queries of `sql.ts` give for a check, as a sighting; null where that is nothing. */
export function readSighting(check: CheckName, table: TableName, value: unknown): Sighting | null {
  const { rows: count, examples } = foundSchema.parse(value);
  return count > 0 ? { check, table, count, examples } : null;
}

/** A number of rows, as the database gives it. */
export function readCount(value: unknown): number {
  return number.parse(value);
}
