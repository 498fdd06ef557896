import { z } from 'zod';
import { type TableName, tables } from '../tables/tables.js';

const count = z.number().int().min(0);

/** A row by column, as it is compared: text or a number; place-of-service codes have spaces between them. */
const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** A table on one side. */
const sideSchema = z.object({
  path: z.string(),
  /** As they are in the file. */
  rows: count,
  /** Rows beyond the first of their key, where the other side's rows of that key are not just the same; compared as one. */
  duplicates: count,
  /** The keys among those whose rows are not the same in every column. */
  conflicts: count,
  /** Columns of the table that the file does not have; read as blank. */
  missing_columns: z.array(z.string()),
  /** Columns of the file that the table does not have; not compared. */
  extra_columns: z.array(z.string()),
  /** Columns that are stored as another type than the table's, with that type. */
  retyped_columns: z.record(z.string(), z.string()),
});

const differenceSchema = z.object({
  /** Pairs of rows that differ in the column. */
  rows: count,
  examples: z.array(z.object({ left: rowSchema, right: rowSchema })),
});

const tableComparisonSchema = z.object({
  /** `only_left` and `only_right`: the other side has no such file; `absent`: neither has. */
  status: z.enum(['equal', 'different', 'only_left', 'only_right', 'absent']),
  left: sideSchema.nullable(),
  right: sideSchema.nullable(),
  only_left: count,
  only_right: count,
  /** Pairs of rows that differ in one or more columns. */
  different: count,
  /** Pairs of rows whose rates differ, by no more than the tolerance. */
  within_tolerance: count,
  /** The columns that differ. */
  columns: z.record(z.string(), differenceSchema),
  examples: z.object({ only_left: z.array(rowSchema), only_right: z.array(rowSchema) }),
});

const tableNames = tables.map(({ name }) => name);

/** What differs between two roots: the object that `etl1 compare --output-format json` prints. */
export const comparisonSchema = z.object({
  status: z.enum(['equal', 'different']),
  /** The two folders, as absolute paths. */
  left: z.string(),
  right: z.string(),
  tolerance: z.number().min(0),
  /** The tables that were asked for, by name. */
  tables: z.partialRecord(z.enum(tableNames), tableComparisonSchema),
  seconds: z.number(),
});

export type Comparison = z.output<typeof comparisonSchema>;
export type TableComparison = z.output<typeof tableComparisonSchema>;
export type ComparedSide = z.output<typeof sideSchema>;
export type ComparedRow = z.output<typeof rowSchema>;

/** The tables that were compared, in publishing order. */
export function comparedTables({ tables: compared }: Comparison): [TableName, TableComparison][] {
  return tableNames.flatMap((name): [TableName, TableComparison][] => {
    const table = compared[name];
    return table ? [[name, table]] : [];
  });
}
