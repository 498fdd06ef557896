import { z } from 'zod';
import { factLayouts } from '../tables/partitions.js';
import { outputFormats } from './output-format.js';

const outputsSchema = z.looseObject({
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
  progress: z.boolean().default(true),
  quiet: z.boolean().default(false),
});

const reportSchema = outputsSchema.extend({ output: z.string().optional() });

const migrateSchema = outputsSchema.extend({ to: z.enum(factLayouts) });

/** The flags that are not settings, of a command that looks at outputs or writes them another way, and reports. */
export type OutputsOptions = z.output<typeof outputsSchema>;

/** The same of a page about a run. */
export type ReportOptions = z.output<typeof reportSchema>;

/** The same of a conversion. */
export type MigrateOptions = z.output<typeof migrateSchema>;

/** The options that the parser of flags found. */
export function readOutputsOptions(raw: Readonly<Record<string, unknown>>): OutputsOptions {
  return outputsSchema.parse(raw);
}

export function readReportOptions(raw: Readonly<Record<string, unknown>>): ReportOptions {
  return reportSchema.parse(raw);
}

export function readMigrateOptions(raw: Readonly<Record<string, unknown>>): MigrateOptions {
  return migrateSchema.parse(raw);
}
