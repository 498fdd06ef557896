import { z } from 'zod';
import { chunkFailureSchema } from './staged-batch.js';

const counts = z.record(z.string(), z.number());

/** What became of one table. */
const tableSchema = z.object({
  inserted: z.number(),
  filled: z.number(),
  kept: z.number(),
  /** Facts that `replace` took away. */
  removed: z.number(),
  total: z.number(),
  bytes: z.number(),
  path: z.string(),
});

/** A rejected row that stands for all of one reason: the first. */
const rejectExampleSchema = z.object({
  /** The input that it is in, and its number there, from 0. */
  file: z.string(),
  file_row_number: z.number(),
  /** What it holds as it was read, each text cut off after 100 characters; null where there is nothing. */
  values: z.record(z.string(), z.string().nullable()),
  /** SQL for DuckDB that shows every row that was rejected for this reason. */
  query: z.string(),
});

/** A row of an output that stands for others. */
const exampleSchema = z.object({
  table: z.enum(['fact_rate', 'dim_provider_group']),
  /** Its `fact_uid`, or its `pg_uid`. */
  uid: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()]).nullable()),
  /** SQL that shows the row: for DuckDB, or for Spark in a catalog and at an address. */
  query: z.string(),
});

/** What became of the rows of rates: `read = rejected + duplicates + already_there + inserted`. */
const balanceSchema = z.object({
  /** Rows, without those that could not be read. */
  read: z.number(),
  rejected: z.number(),
  /** Rows that are not rejected, beyond one for each distinct fact. */
  duplicates: z.number(),
  /** Distinct facts that the fact table had before; none with `replace`, which takes those away first. */
  already_there: z.number(),
  /** Distinct facts that it did not have. */
  inserted: z.number(),
});

/** Groups without a counterpart: how many, and the first of them. */
const orphansSchema = z.object({ groups: z.number(), example: exampleSchema.nullable() });

/** How many groups have a member of a kind, how many facts have such a group, and which shares those are; null of nothing. */
const coverageSchema = z.object({
  groups: z.number(),
  group_share: z.number().nullable(),
  facts: z.number(),
  fact_share: z.number().nullable(),
});

/** The provider groups of the load, whether it brought them or they were there before. Members are those of its own providers files. */
const groupsSchema = z.object({
  total: z.number(),
  in_rates: z.number(),
  in_providers: z.number(),
  rates_without_providers: orphansSchema,
  providers_without_rates: orphansSchema,
  npi: coverageSchema,
  tin: coverageSchema,
});

/** Seconds that each step of a run took; reading belongs to the staging of its source. */
const stepsSchema = z.object({
  rates: z.number(),
  providers: z.number(),
  merge: z.number(),
  publish: z.number(),
});

/** What came of a run. Keys are part of the interface: `--output-format json` prints this object, and a manifest holds it. */
export const summarySchema = z.object({
  /** Unchanged: nothing was to do, and all but the counts of changes tells of the run that loaded the same before. */
  status: z.enum(['published', 'unchanged']),
  run_id: z.string(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  data_root: z.string(),
  /** The catalog and namespace that has the tables; left out where they are files below the data root. */
  catalog: z.string().optional(),
  /** The folder of the cluster that has the tables, or what a catalog's load wrote while it ran; left out where there is none. */
  spark_root: z.string().optional(),
  processed_rates: z.number(),
  processed_providers: z.number(),
  /** By table, in publishing order. */
  tables: z.record(z.string(), tableSchema),
  balance: balanceSchema,
  /** Null where a run only tried again what another had left out: part of a load tells nothing of its groups. */
  groups: groupsSchema.nullable(),
  /** Rejected rows by source and reason. */
  rejects: z.object({ rates: counts, providers: counts }),
  reject_examples: z.object({
    rates: z.record(z.string(), rejectExampleSchema),
    providers: z.record(z.string(), rejectExampleSchema),
  }),
  /** Where rejected rows were written; null where there are none. */
  rejects_folder: z.string().nullable(),
  /** Rows (or groups) that were loaded but are worth a look, by reason. */
  warnings: counts,
  /** By the reasons of `warnings`. */
  warning_examples: z.record(z.string(), exampleSchema),
  /** Rows that could not be read or reduced and were left out; the same command tries them again. */
  failed_chunks: z.array(chunkFailureSchema),
  /** Chunks that an interrupted run had staged. */
  resumed_chunks: z.number(),
  /** In a manifest those until publishing began, as it is published with the outputs. */
  seconds: z.number(),
  steps: stepsSchema,
  peak_rss_mb: z.number(),
});

export type Summary = z.output<typeof summarySchema>;
export type RowExample = z.output<typeof exampleSchema>;
export type RejectedExample = z.output<typeof rejectExampleSchema>;
export type TableSummary = z.output<typeof tableSchema>;
export type StepSeconds = z.output<typeof stepsSchema>;
