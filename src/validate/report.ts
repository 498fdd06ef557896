import { z } from 'zod';
import { checkNames, severities } from '../tables/checks.js';
import { tables } from '../tables/tables.js';

const tableName = z.enum(tables.map(({ name }) => name));

const findingSchema = z.object({
  check: z.enum(checkNames).meta({ description: 'as in docs/tables.md' }),
  table: tableName,
  severity: z.enum(severities),
  finds: z.string().meta({ description: 'what the check looks for, in words' }),
  count: z.number().meta({ description: 'how many rows, columns or files' }),
  examples: z
    .array(z.record(z.string(), z.string().nullable()))
    .meta({ description: 'a few of them: the key, and what is wrong; long texts are cut' }),
});

/** One check that found something in one table. */
export type Finding = z.output<typeof findingSchema>;

const notCheckedSchema = z.object({ check: z.enum(checkNames), table: tableName, reason: z.string() });

/** A check that could not be made. */
export type NotChecked = z.output<typeof notCheckedSchema>;

/** What `etl1 validate --output-format json` prints. */
export const validationReportSchema = z.object({
  status: z.enum(['sound', 'unsound']).meta({ description: 'unsound where a finding is an error' }),
  data_root: z.string(),
  seconds: z.number(),
  tables: z.record(
    z.string(),
    z.object({
      path: z.string(),
      rows: z.number().nullable().meta({ description: 'null where the file could not be read' }),
    }),
  ),
  findings: z.array(findingSchema).meta({ description: 'errors first, then warnings, then infos' }),
  not_checked: z.array(notCheckedSchema),
});

export type ValidationReport = z.output<typeof validationReportSchema>;
