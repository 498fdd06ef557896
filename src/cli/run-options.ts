import { z } from 'zod';
import { outputFormats } from './output-format.js';

const optionsSchema = z.looseObject({
  payer: z.array(z.string()).default([]),
  all: z.boolean().default(false),
  config: z.string().optional(),
  ratesFile: z.string().optional(),
  providersFile: z.string().optional(),
  dryRun: z.boolean().default(false),
  report: z.boolean().default(false),
  jobs: z.number().default(1),
  force: z.boolean().default(false),
  resume: z.boolean().default(true),
  outputFormat: z.enum(outputFormats),
  progress: z.boolean().default(true),
  color: z.boolean().default(true),
  verbose: z.boolean().default(false),
  quiet: z.boolean().default(false),
});

/** The flags of a run that are not settings. */
export type RunOptions = z.output<typeof optionsSchema>;

/** The options that the parser of flags found. */
export function readRunOptions(raw: Readonly<Record<string, unknown>>): RunOptions {
  return optionsSchema.parse(raw);
}
